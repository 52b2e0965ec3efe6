import { Kind, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** A field that a fetch asks of its entities themselves. */
export interface EntityField {
  /** Of its innermost type condition. */
  readonly type: string;
  readonly field: FieldNode;
}

/** The document of a fetch of entities, of which some fields can be taken out. */
export class EntityDocument {
  readonly fields: readonly EntityField[];
  readonly #operation: OperationDefinitionNode;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #entities: FieldNode;
  readonly #inlined: SelectionSetNode;

  constructor(document: DocumentNode) {
    this.#operation = document.definitions.find((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION)!;
    this.#fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])));
    [this.#entities] = this.#operation.selectionSet.selections as unknown as [FieldNode];
    this.#inlined = withoutSpreads(this.#entities.selectionSet!, this.#fragments);
    this.fields = fieldsOf(this.#inlined, '');
  }

  /** The document with some of its fields, and without the fragments and variables that only others use: a subgraph would refuse these. */
  only(fields: ReadonlySet<FieldNode>): DocumentNode {
    const selectionSet = only(this.#inlined, fields);
    const operation = { ...this.#operation, selectionSet: { ...this.#operation.selectionSet, selections: [{ ...this.#entities, selectionSet }] } };
    const used = this.#fragmentsOf(operation);
    const variables = usedVariables({ kind: Kind.DOCUMENT, definitions: [operation, ...used] });
    const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) => variables.has(variable.name.value));
    return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions }, ...used] };
  }

  #fragmentsOf(operation: OperationDefinitionNode): readonly FragmentDefinitionNode[] {
    const used = new Map<string, FragmentDefinitionNode>();
    const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
      visit(node, {
        FragmentSpread: ({ name }) => {
          const fragment = this.#fragments.get(name.value)!;
          if (used.has(name.value)) return;
          used.set(name.value, fragment);
          follow(fragment);
        },
      });
    };
    follow(operation);
    return [...used.values()];
  }
}

/** Variables that a document uses, whatever it declares. */
export function usedVariables(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable({ name }) {
      names.add(name.value);
    },
  });
  return names;
}

/** Fragments that stand at the top, written out: below an entity's own fields they stay. */
function withoutSpreads(selectionSet: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): SelectionSetNode {
  return {
    ...selectionSet,
    selections: selectionSet.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FIELD) return { ...selection };
      const { typeCondition, selectionSet: below } = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
      const { directives = [] } = selection;
      return { kind: Kind.INLINE_FRAGMENT, directives, ...(typeCondition ? { typeCondition } : {}), selectionSet: withoutSpreads(below, fragments) };
    }),
  };
}

function fieldsOf(selectionSet: SelectionSetNode, type: string): EntityField[] {
  return selectionSet.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [{ type, field: selection }];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet, selection.typeCondition?.name.value ?? type);
    return [];
  });
}

function only(selectionSet: SelectionSetNode, fields: ReadonlySet<FieldNode>): SelectionSetNode {
  return {
    ...selectionSet,
    selections: selectionSet.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return fields.has(selection) ? [selection] : [];
      if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
      const below = only(selection.selectionSet, fields);
      return below.selections.length > 0 ? [{ ...selection, selectionSet: below }] : [];
    }),
  };
}
