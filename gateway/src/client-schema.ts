import { GraphQLDirective, GraphQLList, GraphQLNonNull, GraphQLSchema, isListType, isNonNullType, type ConstDirectiveNode, type DirectiveLocation, type GraphQLArgument, type GraphQLInputType } from 'graphql';

/** Where a client writes directives; the other places are a schema's. */
const ofOperations: ReadonlySet<string> = new Set<`${DirectiveLocation}`>(['QUERY', 'MUTATION', 'SUBSCRIPTION', 'FIELD', 'FRAGMENT_DEFINITION', 'FRAGMENT_SPREAD', 'INLINE_FRAGMENT', 'VARIABLE_DEFINITION']);

/**
 * What clients may ask: the API schema of a supergraph, with the directives for operations that subgraphs gave it by `@composeDirective`.
 * `federation-internals` (2.14.4) takes these for a part of the supergraph's own and leaves them out.
 */
export function clientSchema(apiSchema: GraphQLSchema, supergraphSchema: GraphQLSchema): GraphQLSchema {
  const composed = composedDirectives(apiSchema, supergraphSchema);
  if (composed.length === 0) return apiSchema;
  return new GraphQLSchema({ ...apiSchema.toConfig(), directives: [...apiSchema.getDirectives(), ...composed] });
}

function composedDirectives(apiSchema: GraphQLSchema, supergraphSchema: GraphQLSchema): GraphQLDirective[] {
  return supergraphSchema.getDirectives().flatMap((directive) => {
    const locations = directive.locations.filter((location) => ofOperations.has(location));
    if (locations.length === 0 || apiSchema.getDirective(directive.name)) return [];
    const args = directive.args.filter((argument) => !isInaccessible(argument));
    const types = args.map(({ type }) => typeIn(apiSchema, type));
    if (types.includes(undefined)) return [];
    const { name, description, isRepeatable } = directive;
    const config = Object.fromEntries(args.map(({ name: of, description: text, defaultValue }, index) => [of, { type: types[index]!, description: text ?? null, defaultValue }]));
    return [new GraphQLDirective({ name, description: description ?? null, isRepeatable, locations, args: config })];
  });
}

function isInaccessible({ astNode }: GraphQLArgument): boolean {
  return (astNode?.directives ?? []).some(({ name }: ConstDirectiveNode) => name.value === 'inaccessible');
}

/** The type of the same name there; `undefined` when clients do not see it. */
function typeIn(schema: GraphQLSchema, type: GraphQLInputType): GraphQLInputType | undefined {
  if (!isNonNullType(type) && !isListType(type)) return schema.getType(type.name) as GraphQLInputType | undefined;
  const of = typeIn(schema, type.ofType);
  if (!of) return undefined;
  return isListType(type) ? new GraphQLList(of) : new GraphQLNonNull(of as never);
}
