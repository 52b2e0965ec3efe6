import type { PartitionMember } from '@ocopea/partition';
import { buildSchema, graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { positionReader } from './stream-position.js';

const schema = buildSchema(`
  type Query { events(first: Int): Connection }
  type Connection { edges: [Edge!]! }
  type Edge { node: Event! }
  type Event { cursor: String! }
`);
const asked = { context: {}, signal: new AbortController().signal };

/** Its connection has one node for each cursor, the newest first. */
function memberWith(cursors: readonly string[]): PartitionMember {
  const rootValue = { events: ({ first }: { first: number }) => ({ edges: cursors.slice(0, first).map((cursor) => ({ node: { cursor } })) }) };
  return {
    id: 'oslo',
    sdl: '',
    covers: 'whole',
    execute: async ({ query }) => JSON.parse(JSON.stringify(await graphql({ schema, source: query, rootValue }))),
    subscribe: () => {
      throw new Error('nobody subscribes here');
    },
  };
}

describe('the position of a stream', () => {
  const positionOf = positionReader('copyProgress', { copyProgress: 'events' });

  it('is the cursor of the newest node of the connection that the stream is read from', async () => {
    expect(await positionOf?.(memberWith(['c9', 'c8']), asked)).toBe('c9');
  });

  it('is unknown where nothing has happened yet', async () => {
    expect(await positionOf?.(memberWith([]), asked)).toBeUndefined();
  });

  it('is not asked for of a stream that has no such connection', () => {
    expect(positionReader('appLogs', { copyProgress: 'events' })).toBeUndefined();
  });
});
