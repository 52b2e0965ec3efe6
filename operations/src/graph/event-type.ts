import { createConnectionType, type Connection } from '@ocopea/graph';
import { Field, ID, ObjectType, type ClassType } from 'type-graphql';
import { encodeJournalCursor } from '../journal-cursor.js';
import type { JournalEntry } from '../journal.js';
import { eventId } from './event-id.js';

/** Something that happened, as the graph shows it. */
export interface EventRow {
  readonly cursor: string;
  readonly id: string;
  readonly at: Date;
  readonly site: object | null;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly message: string;
}

export interface EventTypes {
  readonly Event: ClassType<EventRow>;
  readonly EventConnection: ClassType<Connection<EventRow>>;
}

/** The types `Event` and `EventConnection` of a subgraph with this type `Site`. */
export function createEventTypes(siteType: ClassType<{ id: string }>): EventTypes {
  @ObjectType('Event', { description: 'Something that happened at a Site or at the Hub.' })
  class Event implements EventRow {
    @Field(() => String, { description: 'Give it as `after` to the subscription `events` to go on behind this one.' })
    cursor!: string;

    @Field(() => ID, { description: 'Global and opaque.' })
    id!: string;

    @Field(() => Date, { description: 'When it happened.' })
    at!: Date;

    @Field(() => siteType, { nullable: true, description: 'Where; null for an event of the Hub itself.' })
    site!: object | null;

    @Field(() => String, { description: 'In the form `area.what`, for example `operation.changed`.' })
    kind!: string;

    @Field(() => ID, { nullable: true, description: 'Id of the thing that it is about.' })
    subjectId!: string | null;

    @Field(() => String, { description: 'One sentence for people.' })
    message!: string;
  }
  return { Event, EventConnection: createConnectionType<EventRow>(Event, 'Event') };
}

/** A journal entry as an event of its owner; `site` is the owner's, null at the Hub. */
export function eventRow(entry: JournalEntry, ownerId: string, site: object | null): EventRow {
  return {
    cursor: encodeJournalCursor(entry.seq),
    id: eventId(ownerId, entry.at, entry.seq),
    at: entry.at,
    site,
    kind: entry.kind,
    subjectId: entry.subjectId ?? entry.operationId,
    message: entry.message,
  };
}
