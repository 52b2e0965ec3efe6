import { composePartition } from '@ocopea/partition';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ComposedGraph } from './composed-graph.js';
import { publishPartitionImports } from './publish-partition-imports.js';

export interface HubSchemaSources {
  readonly siteSdl: string;
  readonly hubSdl: string;
  /** SDL of the Hub's own, partial member of the `site` subgraph. */
  readonly hubMemberSdl?: string;
}

export interface HubSchemas {
  /** As committed in `schema/supergraph.graphql`. */
  readonly supergraph: string;
  /** What clients of the Hub see, as committed in `schema/api.graphql`. */
  readonly api: string;
}

/** @throws PartitionCompositionError naming every problem */
export function composeHubSchemas({ siteSdl, hubSdl, hubMemberSdl }: HubSchemaSources): HubSchemas {
  const { supergraphSdl } = composePartition({
    subgraphs: [
      { name: 'hub', sdl: hubSdl },
      { name: 'site', sdl: siteSdl },
    ],
    partitioned: 'site',
    members: hubMemberSdl === undefined ? [] : [{ id: 'hub', sdl: hubMemberSdl, covers: 'part' }],
  });
  const supergraph = publishPartitionImports(supergraphSdl);
  const { apiSchema } = new ComposedGraph(supergraph);
  return { supergraph: `${supergraph.trimEnd()}\n`, api: `${printSchema(lexicographicSortSchema(apiSchema))}\n` };
}
