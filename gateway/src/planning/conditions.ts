import { Kind, valueFromASTUntyped, visit, type DefinitionNode, type DocumentNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';

/** By the variable that `@skip` or `@include` has, its value. */
export type Conditions = ReadonlyMap<string, boolean>;

/** A variable of an operation on which it depends what of the operation is left out. */
export interface ConditionVariable {
  readonly name: string;
  readonly isTrueByDefault: boolean;
}

/** In the order in which the operation declares them. */
export function conditionVariables(document: DocumentNode, operation: OperationDefinitionNode): readonly ConditionVariable[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: [condition] = [] }) {
      if (isCondition(name.value) && condition?.value.kind === Kind.VARIABLE) names.add(condition.value.name.value);
    },
  });
  return (operation.variableDefinitions ?? []).flatMap(({ variable: { name }, defaultValue }) =>
    names.has(name.value) ? [{ name: name.value, isTrueByDefault: defaultValue !== undefined && Boolean(valueFromASTUntyped(defaultValue)) }] : [],
  );
}

/** @param variables - what a client gave */
export function conditionsOf(needed: readonly ConditionVariable[], variables: Readonly<Record<string, unknown>>): Conditions {
  return new Map(needed.map(({ name, isTrueByDefault }) => [name, Boolean(variables[name] ?? isTrueByDefault)]));
}

/** Whether its `@skip` and `@include` leave a selection out. */
export function isLeftOut({ directives = [] }: SelectionNode, conditions: Conditions): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    if (!isCondition(name.value)) return false;
    const value = condition?.value;
    const isTrue = value?.kind === Kind.VARIABLE ? (conditions.get(value.name.value) ?? false) : value?.kind === Kind.BOOLEAN && value.value;
    return isTrue === (name.value === 'skip');
  });
}

/**
 * The document without what conditions leave out, and without conditions. Of an object of which all is left out it
 * asks the `__typename`: the client is to see that it is there.
 *
 * @returns the same object when there are none
 */
export function decided(document: DocumentNode, conditions: Conditions): DocumentNode {
  if (!hasConditions(document)) return document;
  const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])));
  const decision = new Decision(fragments, conditions);
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] => {
    if (definition.kind === Kind.OPERATION_DEFINITION) return [{ ...definition, selectionSet: orTypename(decision.of(definition.selectionSet)) }];
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) return [definition];
    const selectionSet = decision.ofFragment(definition);
    return selectionSet.selections.length > 0 ? [{ ...definition, selectionSet }] : [];
  });
  return { ...document, definitions };
}

class Decision {
  readonly #fragments = new Map<string, SelectionSetNode>();

  constructor(
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly conditions: Conditions,
  ) {}

  of(selectionSet: SelectionSetNode): SelectionSetNode {
    return { ...selectionSet, selections: selectionSet.selections.flatMap((selection) => (isLeftOut(selection, this.conditions) ? [] : this.#kept(unconditioned(selection)))) };
  }

  ofFragment({ name, selectionSet }: FragmentDefinitionNode): SelectionSetNode {
    let decision = this.#fragments.get(name.value);
    if (!decision) this.#fragments.set(name.value, (decision = this.of(selectionSet)));
    return decision;
  }

  #kept(selection: SelectionNode): SelectionNode[] {
    if (selection.kind === Kind.FIELD) return [selection.selectionSet ? { ...selection, selectionSet: orTypename(this.of(selection.selectionSet)) } : selection];
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(this.fragments.get(selection.name.value)!).selections.length > 0 ? [selection] : [];
    const selectionSet = this.of(selection.selectionSet);
    return selectionSet.selections.length > 0 ? [{ ...selection, selectionSet }] : [];
  }
}

const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function orTypename(selectionSet: SelectionSetNode): SelectionSetNode {
  return selectionSet.selections.length > 0 ? selectionSet : { ...selectionSet, selections: [typename] };
}

function unconditioned(selection: SelectionNode): SelectionNode {
  const { directives } = selection;
  return directives?.some(({ name }) => isCondition(name.value)) ? { ...selection, directives: directives.filter(({ name }) => !isCondition(name.value)) } : selection;
}

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: ({ name }) => {
      found ||= isCondition(name.value);
    },
  });
  return found;
}

function isCondition(directive: string): boolean {
  return directive === 'skip' || directive === 'include';
}
