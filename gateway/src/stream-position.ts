import type { SubscribePartitionOptions } from '@ocopea/partition';

/**
 * By root field of a subscription, the connection whose first node has, as its `cursor`, a place in the stream: the newest
 * entry of what the stream is read from. Such as `{ copyProgress: 'events' }`.
 */
export type StreamPositions = Readonly<Record<string, string>>;

type PositionOf = NonNullable<SubscribePartitionOptions['positionOf']>;

const DEADLINE_MS = 5_000;

/** Asks members where the stream of this root field stands; `undefined` for a stream that has no such connection. */
export function positionReader(field: string, positions: StreamPositions = {}): PositionOf | undefined {
  const connection = positions[field];
  if (connection === undefined) return undefined;
  const request = { query: `{ position: ${connection}(first: 1) { edges { node { cursor } } } }` };
  return async (member, { signal, context }) => {
    const { data } = await member.execute(request, { context, signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
    const { edges } = (data?.['position'] ?? { edges: [] }) as { edges: readonly { node: { cursor: string } }[] };
    return edges[0]?.node.cursor;
  };
}
