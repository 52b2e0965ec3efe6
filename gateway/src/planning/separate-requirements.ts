import { Kind, visit, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type OperationDefinitionNode, type SelectionNode, type SelectionSetNode } from 'graphql';
import { standInPaths, type StandInPath } from './requirement-paths.js';
import { requirementKey, type StandIns } from './stand-ins.js';

/** Some of the fields of a fetch of entities, which can be given what they require together. */
export interface EntityFetch {
  readonly document: DocumentNode;
  /** Variables that its document uses. */
  readonly variables: ReadonlySet<string>;
  /** Of the stand-ins that its fields require, as fetched: names joined by dots. */
  readonly places: ReadonlySet<string>;
}

interface Part {
  /** What is required at each place, as the subgraph names it. */
  readonly required: Map<string, string>;
  readonly places: Set<string>;
  readonly fields: Set<FieldNode>;
}

/** Divides a fetch of entities as little as possible, so that in no part two fields require different things under one name. */
export function separateRequirements(subgraph: string, document: DocumentNode, standIns: StandIns): readonly EntityFetch[] {
  const operation = document.definitions.find((definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION)!;
  const fragments = new Map(document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])));
  const [entities] = operation.selectionSet.selections as readonly [FieldNode];
  const inlined = withoutSpreads(entities.selectionSet!, fragments);

  const parts: Part[] = [];
  for (const { type, field } of fieldsOf(inlined, '')) {
    const requirement = standIns.requirements.get(requirementKey(subgraph, type, field.name.value));
    const paths = requirement ? standInPaths(requirement.selections, standIns.byName) : [];
    const part = parts.find(({ required }) => paths.every(({ place, standIn }) => (required.get(place) ?? standIn.name) === standIn.name)) ?? newPart(parts);
    part.fields.add(field);
    for (const path of paths) {
      part.required.set(path.place, path.standIn.name);
      part.places.add(fetchedPlace(path));
    }
  }
  if (parts.length <= 1) return [entityFetch(document, parts[0]?.places ?? new Set())];
  return parts.map(({ fields, places }) => {
    const selectionSet = only(inlined, fields);
    const part = { ...operation, selectionSet: { ...operation.selectionSet, selections: [{ ...entities, selectionSet }] } };
    return entityFetch(withWhatIsUsed(part, fragments), places);
  });
}

/** By the names that are fetched, without type conditions. */
function fetchedPlace({ path }: StandInPath): string {
  return path.filter((element) => !element.startsWith('... on ')).join('.');
}

function newPart(parts: Part[]): Part {
  const part: Part = { required: new Map(), places: new Set(), fields: new Set() };
  parts.push(part);
  return part;
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

function fieldsOf(selectionSet: SelectionSetNode, type: string): { readonly type: string; readonly field: FieldNode }[] {
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

/** A document of an operation without the fragments and variables that only other parts use: a subgraph would refuse these. */
function withWhatIsUsed(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): DocumentNode {
  const used = new Map<string, FragmentDefinitionNode>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value)!;
        if (used.has(name.value)) return;
        used.set(name.value, fragment);
        follow(fragment);
      },
    });
  };
  follow(operation);
  const variables = new Set([operation, ...used.values()].flatMap((node) => [...variablesOf(node.selectionSet)]));
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ variable }) => variables.has(variable.name.value));
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, variableDefinitions }, ...used.values()] };
}

function entityFetch(document: DocumentNode, places: ReadonlySet<string>): EntityFetch {
  const variables = new Set(document.definitions.flatMap((definition) => ('selectionSet' in definition ? [...variablesOf(definition.selectionSet)] : [])));
  return { document, variables, places };
}

function variablesOf(selectionSet: SelectionSetNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(selectionSet, {
    Variable({ name }) {
      names.add(name.value);
    },
  });
  return names;
}
