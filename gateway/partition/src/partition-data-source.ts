import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { OwnerOf } from './owner-of.js';
import type { PartitionDirectory } from './partition-directory.js';
import type { PartitionPlan } from './partition-plan.js';
import type { SiteReport } from './site-report.js';

export interface PartitionDataSourceOptions {
  plan: PartitionPlan;
  directory: PartitionDirectory;
  /** @default {@link ownerByIdPrefix} */
  ownerOf?: OwnerOf;
  /** The report of the client request that `context` belongs to. @default `context.siteReport` when it is a SiteReport */
  reportOf?: (context: Record<string, unknown>) => SiteReport | undefined;
  /** Aborted when the client has left. @default `context.signal` when it is an AbortSignal */
  signalOf?: (context: Record<string, unknown>) => AbortSignal | undefined;
}

type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** The data source of the partitioned subgraph for `buildService` of `@apollo/gateway`. */
export class PartitionDataSource implements GraphQLDataSource {
  constructor(readonly options: PartitionDataSourceOptions) {}

  async process(_options: GraphQLDataSourceProcessOptions): Promise<ProcessResult> {
    throw new Error('not built yet');
  }
}
