import type { SubscribePartitionOptions } from '@ocopea/partition';
import { Kind, parse } from 'graphql';

/**
 * By root field of a subscription, the connection whose first node has, as its `cursor`, a place in the stream: the newest
 * entry of what the stream is read from. Such as `{ copyProgress: 'events' }`.
 */
export type StreamPositions = Readonly<Record<string, string>>;

type PositionOf = NonNullable<SubscribePartitionOptions['positionOf']>;

const DEADLINE_MS = 5_000;

/** Asks members where the stream of this subscription stands; `undefined` for a stream that has no such connection. */
export function positionReader(query: string, positions: StreamPositions = {}): PositionOf | undefined {
  const connection = positions[rootFieldOf(query)];
  if (connection === undefined) return undefined;
  const request = { query: `{ position: ${connection}(first: 1) { edges { node { cursor } } } }` };
  return async (member, { signal, context }) => {
    const { data } = await member.execute(request, { context, signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
    const { edges } = (data?.['position'] ?? { edges: [] }) as { edges: readonly { node: { cursor: string } }[] };
    return edges[0]?.node.cursor;
  };
}

/** The planner has given the document one operation with one root field. */
function rootFieldOf(query: string): string {
  const operation = parse(query, { noLocation: true }).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [root] = operation?.selectionSet.selections ?? [];
  if (root?.kind !== Kind.FIELD) throw new Error('invariant: a subscription has one root field');
  return root.name.value;
}
