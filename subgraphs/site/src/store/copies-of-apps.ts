import type { ConnectionPage } from '@ocopea/graph';
import DataLoader from 'dataloader';
import { Prisma } from './generated/client.js';
import type { Database } from './open-database.js';

/** One page of the copies of one app instance, newest first. */
export interface CopiesOfAppKey {
  readonly appInstanceId: string;
  readonly page: ConnectionPage;
}

/**
 * Ids of the copies of many app instances, a page each, in one query. Rows come as for `pageQuery`: one more than the page, in
 * the direction of reading.
 */
export function createCopiesOfAppsLoader(database: Database): DataLoader<CopiesOfAppKey, string[], string> {
  return new DataLoader(
    async (keys) => {
      const answers = new Map<string, string[]>();
      for (const { page, appInstanceIds } of samePages(keys)) {
        for (const { owner, id } of await readPages(database, page, appInstanceIds)) {
          const key = cacheKey({ appInstanceId: owner, page });
          answers.set(key, [...(answers.get(key) ?? []), id]);
        }
      }
      return keys.map((key) => answers.get(cacheKey(key)) ?? []);
    },
    { cacheKeyFn: cacheKey },
  );
}

/** Counts of the copies of many app instances in one query. */
export function createCopyCountLoader(database: Database): DataLoader<string, number> {
  return new DataLoader(async (ids) => {
    const groups = await database.copy.groupBy({ by: ['appInstanceId'], where: { appInstanceId: { in: [...ids] } }, _count: true });
    const counts = new Map(groups.map(({ appInstanceId, _count: count }) => [appInstanceId, count]));
    return ids.map((id) => counts.get(id) ?? 0);
  });
}

function cacheKey({ appInstanceId, page }: CopiesOfAppKey): string {
  return JSON.stringify([appInstanceId, page]);
}

/** All rows of one list ask for the same page; only aliases make several. */
function samePages(keys: readonly CopiesOfAppKey[]): { page: ConnectionPage; appInstanceIds: string[] }[] {
  const groups = new Map<string, { page: ConnectionPage; appInstanceIds: string[] }>();
  for (const { appInstanceId, page } of keys) {
    const name = JSON.stringify(page);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { page, appInstanceIds: [appInstanceId] });
    else group.appInstanceIds.push(appInstanceId);
  }
  return [...groups.values()];
}

function readPages(database: Database, page: ConnectionPage, appInstanceIds: string[]): Promise<{ owner: string; id: string }[]> {
  const after = page.after === undefined ? Prisma.empty : Prisma.sql`AND (c.created_at, c.id) < (${page.after.sortKey}::timestamptz, ${page.after.id})`;
  const before = page.before === undefined ? Prisma.empty : Prisma.sql`AND (c.created_at, c.id) > (${page.before.sortKey}::timestamptz, ${page.before.id})`;
  const order = page.direction === 'forward' ? Prisma.sql`c.created_at DESC, c.id DESC` : Prisma.sql`c.created_at ASC, c.id ASC`;
  return database.$queryRaw`
    SELECT owner.id AS owner, page.id FROM unnest(${appInstanceIds}::text[]) AS owner(id)
    CROSS JOIN LATERAL (
      SELECT c.id, row_number() OVER (ORDER BY ${order}) AS place FROM copies c
      WHERE c.app_instance_id = owner.id ${after} ${before} ORDER BY ${order} LIMIT ${page.limit + 1}
    ) AS page ORDER BY owner.id, page.place`;
}
