import { siteUnknown } from '@ocopea/graph';
import { decodeJournalCursor, encodeJournalCursor, snapshotCursors, type JournalEntry } from '@ocopea/operations';
import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import type { HubContext } from '../domain/hub-context.js';
import { SITE_CONNECTION_CHANGED, siteConnectionPayload } from '../domain/sites/site-connection-event.js';
import type { SiteConnectionState } from '../domain/sites/site-connection.js';
import type { HubRequestContext } from './hub-request-context.js';
import { presentSiteOf } from './present-site.js';
import { SiteConnectionChange } from './site-type.js';

interface SiteConnectionArgs {
  readonly after?: string | null;
  readonly sites?: readonly string[] | null;
}

/** An event without its Site, which resolves when the event is shown. */
type ChangeRow = Omit<SiteConnectionChange, 'site'> & { readonly siteId: string };

@Resolver()
export class SiteConnectionResolver {
  @Subscription(() => SiteConnectionChange, {
    description: 'Which Sites can be worked with: the present state of each first, then every change.',
    subscribe: ({ args, context: { hub, signal } }: { args: SiteConnectionArgs; context: HubRequestContext }) => {
      for (const id of args.sites ?? []) if (hub.registry.get(id) === undefined) throw siteUnknown(id);
      return connectionChanges(hub, args, signal);
    },
  })
  siteConnectionChanged(
    @Root() { siteId, ...change }: ChangeRow,
    @Ctx() { hub }: HubRequestContext,
    @Arg('after', () => String, { nullable: true, description: 'Only changes behind this cursor.' }) _after?: string | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only of these Sites.' }) _sites?: string[] | null,
  ): SiteConnectionChange {
    return { ...change, site: presentSiteOf(hub, siteId) };
  }
}

/**
 * The place in the journal is read before the states, so that no change between the two is lost; one that the states have
 * shown already leads to the state that was shown, and is left out.
 */
async function* connectionChanges(hub: HubContext, args: SiteConnectionArgs, signal: AbortSignal): AsyncGenerator<ChangeRow, void, void> {
  const { journal } = hub.engine;
  const concerns = (siteId: string): boolean => args.sites == null || args.sites.includes(siteId);
  const shown = new Map<string, SiteConnectionState>();
  let after = args.after == null ? undefined : decodeJournalCursor(args.after);
  if (after === undefined || after < (await journal.oldest())) {
    after = await journal.head();
    const sites = hub.registry.sites().filter(({ id }) => concerns(id));
    const cursors = snapshotCursors(after, sites.length);
    for (const [index, { id }] of sites.entries()) {
      const present = presentState(hub, id, cursors[index]!);
      shown.set(id, present.to);
      yield present;
    }
  }
  for await (const entry of journal.subscribe({ after, filter: { kinds: [SITE_CONNECTION_CHANGED] }, signal })) {
    const { siteId, to } = siteConnectionPayload(entry);
    if (!concerns(siteId) || shown.get(siteId) === to) continue;
    shown.set(siteId, to);
    yield change(entry);
  }
}

function presentState(hub: HubContext, siteId: string, cursor: string): ChangeRow {
  const { state, reason, since } = hub.connections.get(siteId);
  return { siteId, cursor, from: state, to: state, reason, at: since, snapshot: true };
}

function change(entry: JournalEntry): ChangeRow {
  return { ...siteConnectionPayload(entry), cursor: encodeJournalCursor(entry.seq), at: entry.at, snapshot: false };
}
