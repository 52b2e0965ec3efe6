import { executeSync, Kind, OperationTypeNode, type DocumentNode, type FieldNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';

/** Answers `__schema` or `__type` at the root of an operation: the fields of one response name, with that as their key. */
export type Introspect = (nodes: readonly FieldNode[], variables: Readonly<Record<string, unknown>>) => unknown;

export function introspectionOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Introspect {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return (nodes, variables) => {
    const query: OperationDefinitionNode = {
      kind: Kind.OPERATION_DEFINITION,
      operation: OperationTypeNode.QUERY,
      variableDefinitions: operation.variableDefinitions ?? [],
      selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
    };
    const { data, errors } = executeSync({ schema, document: { kind: Kind.DOCUMENT, definitions: [query, ...fragments] }, variableValues: variables });
    if (errors?.[0]) throw errors[0];
    return data?.[(nodes[0]!.alias ?? nodes[0]!.name).value] ?? null;
  };
}
