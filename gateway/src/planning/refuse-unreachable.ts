import type { PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { GraphQLError, isAbstractType, getNamedType, parse, TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type FieldNode, type GraphQLSchema } from 'graphql';

/**
 * Refuses an operation that asks for fields of an interface which no object type implements, where the plan leaves them out.
 * The planner drops them without a word, and the client would take for null what nobody can say.
 *
 * @throws GraphQLError NOT_SUPPORTED
 */
export function refuseUnreachable(plan: QueryPlan, document: DocumentNode, schema: GraphQLSchema): void {
  if (!hasEmptyInterface(schema)) return;
  const fetched = new Set<string>();
  for (const operation of fetchedDocuments(plan.node)) {
    visit(parse(operation, { noLocation: true }), {
      Field(field) {
        fetched.add(responseName(field));
      },
    });
  }
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field(field) {
        const type = getNamedType(typeInfo.getType());
        if (!isAbstractType(type) || schema.getPossibleTypes(type).length > 0 || fetched.has(responseName(field))) return;
        throw new GraphQLError(`no subgraph can say what is asked of "${field.name.value}" here: no object type implements ${type.name}`, {
          nodes: field,
          extensions: { code: 'NOT_SUPPORTED' },
        });
      },
    }),
  );
}

const schemasWithEmptyInterface = new WeakMap<GraphQLSchema, boolean>();

function hasEmptyInterface(schema: GraphQLSchema): boolean {
  const known = schemasWithEmptyInterface.get(schema);
  if (known !== undefined) return known;
  const found = Object.values(schema.getTypeMap()).some((type) => isAbstractType(type) && schema.getPossibleTypes(type).length === 0);
  schemasWithEmptyInterface.set(schema, found);
  return found;
}

function responseName({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function fetchedDocuments(node: PlanNode | SubscriptionNode | undefined): string[] {
  switch (node?.kind) {
    case undefined:
    case 'Condition':
    case 'Defer':
      return [];
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchedDocuments);
    case 'Flatten':
      return fetchedDocuments(node.node);
    case 'Subscription':
      return [node.primary.operation, ...fetchedDocuments(node.rest)];
    case 'Fetch':
      return [node.operation];
  }
}
