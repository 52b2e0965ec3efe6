import { newId } from '@ocopea/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Loose } from '../testing/site-client.js';
import { TestSite } from '../testing/test-site.js';

let site: TestSite;
const copies: { id: string; createdAt: string; takenAt: string | null; expiresAt: string | null; bytes: number; appInstanceName: string }[] = [];

/** Rows that share times and sizes, so that the tie-breaker matters, and some without a consistency point. */
beforeAll(async () => {
  site = await TestSite.start();
  const apps = [newId('test-site', 'app'), newId('test-site', 'app')];
  for (const [index, id] of apps.entries()) {
    await site.rows(`INSERT INTO app_instances (id, name, phase, manifest, created_at) VALUES ($1, $2, 'STOPPED', '{"appServices":[],"dataServices":[]}', $3)`, [
      id,
      ['Zoë', 'zoe'][index]!.toLowerCase() + index,
      new Date(0).toISOString(),
    ]);
  }
  for (let i = 0; i < 60; i++) {
    const row = {
      id: newId('test-site', 'copy'),
      createdAt: new Date(1_700_000_000_000 + (i % 7) * 1_000).toISOString(),
      takenAt: i % 5 === 0 ? null : new Date(1_700_000_000_000 + (i % 4)).toISOString(),
      expiresAt: i % 3 === 0 ? null : new Date(4_000_000_000_000 + (i % 5)).toISOString(),
      bytes: (i % 6) * 1_000_000_007,
      appInstanceName: ['b', 'B', 'zoë', 'a-b', 'ab'][i % 5]!,
    };
    copies.push(row);
    await site.rows(
      `INSERT INTO copies (id, app_instance_id, app_instance_name, phase, consistency, manifest, created_at, taken_at, bytes, expires_at)
       VALUES ($1, $2, $6, 'DONE', 'CRASH', '{"appServices":[],"dataServices":[]}', $3, $4, $5, $7)`,
      [row.id, apps[i % 2], row.createdAt, row.takenAt, row.bytes, row.appInstanceName, row.expiresAt],
    );
  }
});
afterAll(() => site?.remove());

const keys = { CREATED_AT: 'createdAt', TAKEN_AT: 'takenAt', EXPIRES_AT: 'expiresAt', BYTES: 'bytes', APPLICATION: 'appInstanceName' } as const;

/** The order that the design asks for: by key, then by id, both in one direction; none counts as the greatest. */
function expected(field: keyof typeof keys, direction: 'ASC' | 'DESC'): string[] {
  const key = keys[field];
  const compare = (a: (typeof copies)[number], b: (typeof copies)[number]) => {
    const [x, y] = [a[key], b[key]];
    if (x !== y) return x === null ? 1 : y === null ? -1 : x < y ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  };
  const sorted = [...copies].sort(compare).map(({ id }) => id);
  return direction === 'ASC' ? sorted : sorted.toReversed();
}

const document = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: CopyOrder) {
  copies(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) { totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
}`;

async function walk(forward: boolean, orderBy: object): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const { copies: page } = await site.client.get(document, forward ? { first: 7, after: cursor, orderBy } : { last: 7, before: cursor, orderBy });
    const ids = page.edges.map(({ node }: Loose) => node.id);
    seen.splice(forward ? seen.length : 0, 0, ...ids);
    expect(page.totalCount).toBe(copies.length);
    expect(new Set(seen).size).toBe(seen.length);
    if (!(forward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) return seen;
    cursor = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
  }
}

describe('a list that pages', () => {
  it.each([
    ['CREATED_AT', 'DESC'],
    ['CREATED_AT', 'ASC'],
    ['TAKEN_AT', 'DESC'],
    ['TAKEN_AT', 'ASC'],
    ['BYTES', 'DESC'],
    ['BYTES', 'ASC'],
    ['EXPIRES_AT', 'DESC'],
    ['EXPIRES_AT', 'ASC'],
    ['APPLICATION', 'DESC'],
    ['APPLICATION', 'ASC'],
  ] as const)('by %s %s is the same forward and backward, each row once', async (field, direction) => {
    const orderBy = { field, direction };
    expect(await walk(true, orderBy)).toEqual(expected(field, direction));
    expect(await walk(false, orderBy)).toEqual(expected(field, direction));
  });

  it('stays in place when rows come and go', async () => {
    const orderBy = { field: 'CREATED_AT', direction: 'ASC' };
    const { copies: first } = await site.client.get(document, { first: 10, orderBy });
    const order = expected('CREATED_AT', 'ASC');
    await site.rows('DELETE FROM copies WHERE id = ANY($1)', [[order[3], order[9], order[12]]]);
    const { copies: second } = await site.client.get(document, { first: 5, after: first.pageInfo.endCursor, orderBy });
    expect(second.edges.map(({ node }: Loose) => node.id)).toEqual([order[10], order[11], order[13], order[14], order[15]]);
  });

  it('of copies pages within each app instance as well', async () => {
    const nested = `query ($after: String) { appInstances(first: 10) { edges { node { id copies(first: 4, after: $after) { totalCount edges { cursor node { appInstanceId createdAt id } } pageInfo { hasNextPage endCursor } } } } } }`;
    const { appInstances } = await site.client.get(nested);
    for (const { node } of appInstances.edges) {
      const [{ count }] = (await site.rows<{ count: string }>('SELECT count(*) FROM copies WHERE app_instance_id = $1', [node.id])) as [{ count: string }];
      expect(node.copies.totalCount).toBe(Number(count));
      expect(node.copies.edges).toHaveLength(4);
      expect(node.copies.edges.every((edge: Loose) => edge.node.appInstanceId === node.id)).toBe(true);
      const next = await site.client.get(nested, { after: node.copies.pageInfo.endCursor });
      const following = next.appInstances.edges.find((edge: Loose) => edge.node.id === node.id).node.copies.edges.map((edge: Loose) => edge.node.id);
      const all = await site.rows<{ id: string }>('SELECT id FROM copies WHERE app_instance_id = $1 ORDER BY created_at DESC, id DESC LIMIT 8', [node.id]);
      expect([...node.copies.edges.map((edge: Loose) => edge.node.id), ...following]).toEqual(all.map(({ id }) => id));
    }
  });
});
