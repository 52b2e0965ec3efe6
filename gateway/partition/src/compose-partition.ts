import type { PartitionMember } from './partition-member.js';
import type { PartitionPlan, QuarantinedMember } from './partition-plan.js';

export interface ComposePartitionOptions {
  /**
   * All subgraphs of the supergraph. The SDL of the partitioned one is the base that members must not contradict: it
   * gives the graph a schema while there are no members. Leave it out to let the first member be the base.
   */
  subgraphs: readonly { name: string; sdl: string }[];
  /** Name of the partitioned subgraph. */
  partitioned: string;
  members: readonly Pick<PartitionMember, 'id' | 'sdl' | 'covers'>[];
  /** @default 1 MiB */
  maxSdlBytes?: number;
}

export interface ComposedPartition {
  supergraphSdl: string;
  plan: PartitionPlan;
  /** Members to keep out of the directory's `members()`, and why. */
  quarantined: readonly QuarantinedMember[];
}

/** @throws PartitionCompositionError */
export function composePartition(_options: ComposePartitionOptions): ComposedPartition {
  throw new PartitionCompositionError(['not built yet']);
}

/** The subgraphs do not compose, or a root field breaks the partition rules. Every problem names its place. */
export class PartitionCompositionError extends Error {
  override readonly name = 'PartitionCompositionError';
  readonly code = 'PARTITION_COMPOSITION';

  constructor(readonly problems: readonly string[]) {
    super(`the graph cannot be composed:\n- ${problems.join('\n- ')}`);
  }
}
