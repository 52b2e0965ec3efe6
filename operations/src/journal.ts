import type { Json } from './json.js';
import type { Queryable } from './queryable.js';

export interface JournalOptions {
  /** How many entries are kept. @default 100000 */
  readonly maxEntries?: number;
  /** How long entries are kept. @default 604800000 (a week) */
  readonly maxAgeMs?: number;
}

export interface NewJournalEntry {
  /** In the form `area.what`: `operation.progress`, `health.changed`. */
  readonly kind: string;
  readonly subjectId?: string | undefined;
  readonly operationId?: string | undefined;
  /** One sentence for people. */
  readonly message: string;
  readonly payload?: Json;
}

/** Something that happened. */
export interface JournalEntry {
  /** Place in the order of commit; grows by one from entry to entry. */
  readonly seq: number;
  readonly at: Date;
  readonly kind: string;
  readonly subjectId: string | null;
  readonly operationId: string | null;
  readonly message: string;
  readonly payload: Json;
}

/** All conditions must hold; a list means any of them. */
export interface JournalFilter {
  readonly kinds?: readonly string[];
  readonly exceptKinds?: readonly string[];
  readonly subjectId?: string;
  readonly operationId?: string;
}

export interface JournalReadOptions {
  /** Entries after this one. @default from the oldest */
  readonly after?: number;
  /** Entries before this one. */
  readonly before?: number;
  readonly filter?: JournalFilter;
  /** At most 1000. @default 100 */
  readonly limit?: number;
  /** @default 'ASC' */
  readonly direction?: 'ASC' | 'DESC';
}

/** A place in the order of time. Entries of the same millisecond are in the order of `seq`. */
export interface JournalPlace {
  readonly at: Date;
  readonly seq: number;
}

export interface JournalPageOptions {
  /** The order of the list: newest first is DESC. */
  readonly order: 'ASC' | 'DESC';
  /** `backward` reads from the end of the range. */
  readonly direction: 'forward' | 'backward';
  /** Entries strictly behind this place in `order`. */
  readonly after?: JournalPlace;
  /** Entries strictly before this place in `order`. */
  readonly before?: JournalPlace;
  readonly filter?: JournalFilter;
  readonly limit: number;
}

export interface JournalSubscribeOptions {
  /** Entries after this one, so that nothing is lost between a read and a subscription. @default the present head */
  readonly after?: number;
  readonly filter?: JournalFilter;
  readonly signal?: AbortSignal;
}

/** The append-only record of what happened at one Site or Hub; subscriptions resume from it. */
export interface Journal {
  /**
   * Appends in the order given. With `transaction` the entries appear when that commits; append last in it, since appends
   * wait for each other until the commit.
   */
  append(entries: readonly NewJournalEntry[], transaction?: Queryable): Promise<void>;

  read(options?: JournalReadOptions): Promise<readonly JournalEntry[]>;

  /** One page by time, in the direction of reading: a `backward` page begins with the entry nearest to the end. */
  page(options: JournalPageOptions): Promise<readonly JournalEntry[]>;

  /** How many kept entries pass the filter. */
  count(filter?: JournalFilter): Promise<number>;

  /**
   * Entries as they come, each once and in order, until `signal` aborts or the consumer returns. Memory is bounded: a slow
   * consumer reads from the table. Ends by itself when the journal closes.
   */
  subscribe(options?: JournalSubscribeOptions): AsyncIterableIterator<JournalEntry>;

  /** The `seq` of the newest entry; 0 when there was none ever. */
  head(): Promise<number>;

  /** The smallest `after` from which nothing is missing: a cursor below it needs a snapshot first. */
  oldest(): Promise<number>;
}
