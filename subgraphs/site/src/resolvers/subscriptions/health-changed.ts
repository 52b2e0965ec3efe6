import { encodeJournalCursor, snapshotCursors, type JournalEntry } from '@ocopea/operations';
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';
import { HEALTH_CHANGED, type HealthChangePayload } from '../../domain/health/health-board.js';
import { requireNarrowedTo } from '../narrowed-to.js';
import type { RequestContext } from '../request-context.js';
import { HealthChange } from '../types/health-change.js';
import { Site } from '../types/site.js';
import { journalStream } from './journal-stream.js';

interface HealthChangedArguments {
  readonly after?: string | null;
  readonly sites?: string[] | null;
}

@Resolver(() => HealthChange)
export class HealthChangedSubscription {
  @Subscription(() => HealthChange, {
    description: 'Health of the Site, its brokers, applications and services: the present state first, then every change, and figures that have moved by a tenth or more, at most once a minute for each.',
    subscribe: ({ args, context }: { args: HealthChangedArguments; context: RequestContext }) => subscribeHealth(context, args),
  })
  @Directive('@everySite(merge: STREAM)')
  healthChanged(
    @Root() event: HealthChange,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event received; events after it follow.' }) _after?: string | null,
    @Arg('sites', () => [ID], { nullable: true, description: 'Only at these Sites.' }) _sites?: string[] | null,
  ): HealthChange {
    return event;
  }

  @FieldResolver(() => Site, { description: 'Where it happened.' })
  site(@Ctx() { description }: RequestContext): Site {
    return description as Site;
  }
}

function subscribeHealth({ site, health, signal }: RequestContext, { after, sites }: HealthChangedArguments): AsyncIterable<HealthChange> {
  requireNarrowedTo(site.siteId, sites);
  const { journal } = site.engine;
  return journalStream({
    journal,
    after,
    filter: { kinds: [HEALTH_CHANGED] },
    signal,
    async snapshot() {
      const seq = await journal.head();
      const observations = health.all();
      const cursors = snapshotCursors(seq, observations.length);
      const events = observations.map((observation, index): HealthChange => ({
        cursor: cursors[index]!,
        subject: observation.subject,
        from: observation.health,
        to: observation.health,
        reason: observation.reason ?? null,
        figures: [...observation.figures],
        at: observation.observedAt,
        snapshot: true,
      }));
      return { seq, events };
    },
    toEvent: toHealthChange,
  });
}

function toHealthChange({ seq, at, payload }: JournalEntry): HealthChange {
  return { cursor: encodeJournalCursor(seq), figures: [], ...(payload as HealthChangePayload), at, snapshot: false };
}
