import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { SubgraphService } from '../../ordinary-subgraph.js';
import { schemaExecutor } from '../../schema-executor.js';
import type { CorpusSubgraphSource } from './corpus-case.js';

export type GraphQLResolverMap = NonNullable<Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>['resolvers']>;

/** A subgraph in this process. Answers pass through JSON as over the wire, and each fetch is noted. */
export function corpusSubgraph(name: string, { sdl, resolvers }: CorpusSubgraphSource, fetched: (query: string) => void): SubgraphService {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers });
  const executor = schemaExecutor({ schema, contextValue: () => ({}) });
  return {
    name,
    async execute(request, options) {
      fetched(`${name}: ${request.query}`);
      const { signal, context } = options;
      return JSON.parse(JSON.stringify(await executor.execute({ ...request, variables: overTheWire(request.variables) }, { signal, context })));
    },
    subscribe: (request, options) => executor.subscribe!(request, options) as ReturnType<SubgraphService['subscribe']>,
  };
}

function overTheWire(variables: Record<string, unknown> = {}): Record<string, unknown> {
  return JSON.parse(JSON.stringify(variables)) as Record<string, unknown>;
}
