import { ConnectionArgs, connectionPage, toConnection, type Connection } from '@ocopea/graph';
import { Arg, Args, Ctx, Directive, ID, Query, Resolver, Root, Subscription, type ClassType } from 'type-graphql';
import { decodeJournalCursor } from '../journal-cursor.js';
import type { Journal, JournalEntry, JournalFilter } from '../journal.js';
import { OPERATION_PROGRESS } from '../operation-event.js';
import { eventPage } from './event-page.js';
import { createEventTypes, eventRow, type EventRow } from './event-type.js';
import type { OperationsGraphBinding } from './graph-binding.js';
import { EventFilter } from './operation-inputs.js';
import { requireOwner } from './operation-resolver.js';

/** Kind of the event that stands for those which are not kept any more. */
export const EVENTS_LOST = 'journal.truncated';

interface EventsArgs {
  readonly after?: string | null;
  readonly sites?: readonly string[] | null;
}

/** The journal as a list and as a stream. Figures of operations, several a second, are left to `operationProgress`. */
export function createEventResolver<Context extends object>(binding: OperationsGraphBinding<Context>): ClassType {
  const { engineOf, siteOf, siteType } = binding;
  const { Event, EventConnection } = createEventTypes(siteType);

  @Resolver()
  class EventResolver {
    @Query(() => EventConnection, { nullable: true, description: 'What happened, newest first, as far back as it is kept.' })
    @Directive('@everySite(merge: CONNECTION)')
    async events(
      @Ctx() context: Context,
      @Args(() => ConnectionArgs) args: ConnectionArgs,
      @Arg('filter', () => EventFilter, { nullable: true, description: 'Only these.' }) filter?: EventFilter | null,
      @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) sites?: string[] | null,
    ): Promise<Connection<EventRow>> {
      const { journal, ownerId } = engineOf(context);
      requireOwner(ownerId, sites);
      const page = connectionPage(args, 'at:DESC');
      const wanted = journalFilter(filter);
      const entries = await journal.page(eventPage(page, ownerId, wanted));
      return toConnection({
        page,
        rows: entries.map((entry) => eventRow(entry, ownerId, siteOf(context))),
        sortKeyOf: ({ at }) => at.toISOString(),
        idOf: ({ id }) => id,
        count: () => journal.count(wanted),
      });
    }

    @Subscription(() => Event, {
      name: 'events',
      description: `What happens, as it happens. When events behind \`after\` are not kept any more, one of kind \`${EVENTS_LOST}\` comes first.`,
      subscribe: ({ args, context }: { args: EventsArgs; context: Context }) => {
        const { journal, ownerId } = engineOf(context);
        requireOwner(ownerId, args.sites);
        return followEvents(journal, args.after ?? undefined);
      },
    })
    @Directive('@everySite(merge: STREAM)')
    eventHappened(
      @Root() entry: JournalEntry,
      @Ctx() context: Context,
      @Arg('after', () => String, { nullable: true, description: 'Only events behind this cursor; without one, those from now on.' }) _after?: string | null,
      @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) _sites?: string[] | null,
    ): EventRow {
      return eventRow(entry, engineOf(context).ownerId, siteOf(context));
    }
  }
  return EventResolver;
}

/** Entries behind `cursor`, preceded by one that says so when some of them are lost. @throws CURSOR_INVALID */
function followEvents(journal: Journal, cursor: string | undefined): AsyncIterable<JournalEntry> {
  const filter = { exceptKinds: [OPERATION_PROGRESS] };
  if (cursor === undefined) return journal.subscribe({ filter });
  const after = decodeJournalCursor(cursor);
  return withLossFirst(journal, after, journal.subscribe({ after, filter }));
}

function withLossFirst(
  journal: Journal,
  after: number,
  entries: AsyncIterableIterator<JournalEntry>,
): AsyncIterableIterator<JournalEntry> {
  let isFirst = true;
  return {
    next: async () => {
      if (!isFirst) return entries.next();
      isFirst = false;
      const oldest = await journal.oldest();
      return after >= oldest ? entries.next() : { done: false, value: lossEntry(oldest) };
    },
    return: async () => (await entries.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function lossEntry(oldest: number): JournalEntry {
  return {
    seq: oldest,
    at: new Date(),
    kind: EVENTS_LOST,
    subjectId: null,
    operationId: null,
    message: 'earlier events are not kept any more; ask for the present state of what you follow',
    payload: {},
  };
}

function journalFilter(filter: EventFilter | null | undefined): JournalFilter {
  return {
    ...(filter?.kind == null ? { exceptKinds: [OPERATION_PROGRESS] } : { kinds: [filter.kind] }),
    ...(filter?.subjectId != null && { subjectId: filter.subjectId }),
  };
}
