import type { JournalEntry } from '@ocopea/operations';
import type { HubContext } from '../hub-context.js';
import type { SiteConnection, SiteConnectionState } from './site-connection.js';

/** Journal kind of a change of a Site's connection. */
export const SITE_CONNECTION_CHANGED = 'site.connectionChanged';

export interface SiteConnectionPayload {
  readonly siteId: string;
  readonly from: SiteConnectionState;
  readonly to: SiteConnectionState;
  readonly reason: string | null;
}

/** Tells the journal of a Site's new state, once for all replicas of the Hub. */
export async function recordSiteConnection(
  { database, engine }: Pick<HubContext, 'database' | 'engine'>,
  siteId: string,
  from: SiteConnection,
  to: SiteConnection,
): Promise<void> {
  await database.$transaction(async (transaction) => {
    const { count } = await transaction.registeredSite.updateMany({
      where: { id: siteId, OR: [{ announcedState: null }, { announcedState: { not: to.state } }] },
      data: { announcedState: to.state, ...(to.lastSeenAt === null ? {} : { lastSeenAt: to.lastSeenAt }) },
    });
    if (count === 0) return;
    const payload: SiteConnectionPayload = { siteId, from: from.state, to: to.state, reason: to.reason };
    const because = to.reason === null ? '' : `: ${to.reason}`;
    await engine.journal.append(
      [{ kind: SITE_CONNECTION_CHANGED, subjectId: siteId, message: `Site "${siteId}" is ${to.state.toLowerCase()}${because}`, payload: { ...payload } }],
      { query: async (sql, values = []) => ({ rows: await transaction.$queryRawUnsafe<object[]>(sql, ...values) }) },
    );
  });
}

/** The payload of an entry of kind {@link SITE_CONNECTION_CHANGED}. */
export function siteConnectionPayload(entry: JournalEntry): SiteConnectionPayload {
  return entry.payload as unknown as SiteConnectionPayload;
}
