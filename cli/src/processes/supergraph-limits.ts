import type { EdgeLimits } from '@ocopea/edge';

/**
 * Limits that say nothing of a given supergraph, so that they hold only where the configuration sets them.
 *
 * Cost: a schema of others says of few lists how long they are, and guesses multiply: a good question five lists deep would
 * be refused. Rate: without credentials all callers are one, and would share what is meant for each.
 */
export function supergraphLimits(configured: Partial<EdgeLimits>, asksForNoCredential: boolean): Partial<EdgeLimits> {
  return { cost: Number.POSITIVE_INFINITY, ...(asksForNoCredential && { requestsPerSecond: 0 }), ...configured };
}
