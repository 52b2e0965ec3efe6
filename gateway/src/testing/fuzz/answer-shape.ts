import { execute, Kind, parse, print, visit, type DocumentNode, type ExecutionResult, type GraphQLSchema, type SelectionNode } from 'graphql';
import type { RandomOperation } from './random-operation.js';
import type { SeededRandom } from './seeded-random.js';

/** The operation with `__typename` first in every selection below the root. */
export function withTypenames(query: string): DocumentNode {
  const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
  return visit(parse(query, { noLocation: true }), {
    SelectionSet: { leave: (set, _key, parent) => (isRoot(parent) ? undefined : { ...set, selections: [typename, ...set.selections] }) },
  });
}

function isRoot(parent: unknown): boolean {
  return (parent as { kind?: string } | undefined)?.kind === Kind.OPERATION_DEFINITION;
}

/**
 * What the reference implementation makes of data that has all that the operation asks for, under its response names, and
 * `__typename` everywhere: the right fields in the right order, and an error for whatever does not fit its type.
 */
export function shapedBy(schema: GraphQLSchema, document: DocumentNode, variables: RandomOperation['variables'], data: unknown): ExecutionResult {
  return execute({
    schema,
    document,
    variableValues: { ...variables },
    rootValue: data,
    fieldResolver: (source: Record<string, unknown>, _arguments, _context, { path }) => source[path.key],
    typeResolver: (value: { __typename: string }) => value.__typename,
  }) as ExecutionResult;
}

/** The operation with some of its selections, and of fragments and variables those that they use. */
export function partOf(document: DocumentNode, random: SeededRandom): DocumentNode {
  const pruned: DocumentNode = visit(document, {
    SelectionSet: (set) => {
      const kept = set.selections.filter(() => random.chance(0.55));
      return { ...set, selections: kept.length > 0 ? kept : [random.pick(set.selections)] };
    },
  });
  const fragments = reachable(pruned);
  const used = { ...pruned, definitions: pruned.definitions.filter((each) => each.kind !== Kind.FRAGMENT_DEFINITION || fragments.has(each.name.value)) };
  const variables = new Set<string>();
  visit(used, { VariableDefinition: () => false, Variable: ({ name }) => void variables.add(name.value) });
  return parse(print(visit(used, { VariableDefinition: ({ variable }) => (variables.has(variable.name.value) ? undefined : null) })), { noLocation: true });
}

function reachable(document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (node: DocumentNode['definitions'][number]): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        if (found.has(name.value)) return;
        found.add(name.value);
        const fragment = document.definitions.find((each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === name.value);
        if (fragment) follow(fragment);
      },
    });
  };
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) follow(definition);
  return found;
}
