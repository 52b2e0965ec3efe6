import { streamEventOf, type StreamEvent } from './stream-event.js';
import type { SubscriptionRefusedError } from './member-stream.js';
import type { PartitionError } from './partition-error.js';
import type { FetchRoot } from './fetch-plan.js';
import type { MemberResult } from './partition-member.js';
import { StreamUpstream, type UpstreamListener, type UpstreamOptions } from './stream-upstream.js';
import { StreamWindow } from './stream-window.js';

/** Who is given the events of one member's stream. */
export interface StreamSubscriber {
  /** Of its client's request, for credentials. */
  readonly context: unknown;
  /** Where the stream stood before what it is given first. */
  onBegun(place: string): void;
  onEvent(event: StreamEvent): void;
  /** So many events come at once now: they were there before it. */
  onBacklog(count: number): void;
  onLost(error: PartitionError): void;
  onReturned(): void;
  onRefused(error: SubscriptionRefusedError): void;
  onEnded(): void;
}

/** What a stream began with, for those who want the present state: its first events, and where to go on in the window. */
interface Opening {
  readonly at: number;
  readonly begun: string | undefined;
  readonly events: readonly StreamEvent[];
  readonly next: number;
}

export interface SharedStreamOptions extends Omit<UpstreamOptions, 'context'> {
  readonly root: Pick<FetchRoot, 'key' | 'prepared'>;
  /** Events that are kept for those who join. */
  readonly windowLimit: number;
  readonly onChanged: (stream: SharedStream, event: StreamEvent) => void;
  readonly onEnded: (stream: SharedStream) => void;
}

/** One upstream, the window of its newest events, and all who are given them. */
export class SharedStream implements UpstreamListener {
  readonly subscribers = new Set<StreamSubscriber>();
  readonly window: StreamWindow;
  readonly startedAt = performance.now();
  /** Whether it began at the present, or has met a stream that did: its newest event is news. */
  isCurrent: boolean;
  #upstream: StreamUpstream;
  #begun: string | undefined;
  #lost: PartitionError | undefined;
  #isRefused = false;
  #lastContext: unknown;
  /** That of a younger stream which has become one with this. */
  #opening: Opening | undefined;

  constructor(readonly options: SharedStreamOptions) {
    this.window = new StreamWindow(options.windowLimit, options.after);
    this.isCurrent = options.after === undefined;
    this.#upstream = new StreamUpstream({ ...options, context: () => this.#context() }, this);
  }

  start(): void {
    this.#upstream.start();
  }

  stop(): void {
    this.#upstream.stop();
  }

  /** Whether somebody may join: one that was refused may be taken when it is asked for anew. */
  get isOpen(): boolean {
    return !this.#isRefused;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** The number of the event behind this cursor, where it is a place to go on from. */
  numberBehind(cursor: string): number | undefined {
    return this.window.numberBehind(cursor);
  }

  /** Its beginning with the present state, if that is still here and not older than this. */
  opening(maxAgeMs: number): Opening | undefined {
    const isKept = (opening: Opening): boolean => performance.now() - opening.at <= maxAgeMs && this.window.has(opening.next);
    const own = this.#ownOpening();
    if (own && isKept(own)) return own;
    if (this.#opening && isKept(this.#opening)) return this.#opening;
    this.#opening = undefined;
    return undefined;
  }

  /** From its beginning: the present state of that moment, and what has changed since. */
  joinAtOpening(subscriber: StreamSubscriber, opening: Opening): void {
    this.#join(subscriber, opening.begun, [...opening.events, ...this.window.from(opening.next)]);
  }

  /** From an event in the window on. */
  joinAt(subscriber: StreamSubscriber, number: number): void {
    this.#join(subscriber, undefined, this.window.from(number));
  }

  /** From the next event on. */
  joinAtEnd(subscriber: StreamSubscriber): void {
    this.#join(subscriber, this.#upstream.last ?? this.#begun, []);
  }

  /**
   * Makes one stream of two that have met at `event`, which this one has just received and `ahead` has had before. All get
   * what they lack of the other's events; the one that began later is given up.
   *
   * @returns the one that goes on
   */
  meet(ahead: SharedStream, behind: number): SharedStream {
    const missed = ahead.window.from(behind);
    const [older, younger] = this.startedAt < ahead.startedAt ? [this, ahead] : [ahead, this];
    older.isCurrent ||= younger.isCurrent;
    const opening = younger.#ownOpening();
    // Of two that are at the same place, the one that has just shown that it lives.
    const [goesOn, given] = missed.length > 0 ? [ahead.#upstream, this.#upstream] : [this.#upstream, ahead.#upstream];
    given.stop();
    for (const event of missed) this.#give(event);
    if (older === this) for (const event of missed) this.window.add(event);
    older.#upstream = goesOn;
    goesOn.listener = older;
    for (const subscriber of younger.subscribers) older.subscribers.add(subscriber);
    younger.subscribers.clear();
    // Both windows end with the same event now.
    if (opening) older.#opening = { ...opening, events: younger.window.from(0), next: older === this ? older.window.next : behind };
    return older;
  }

  onBegun(place: string): void {
    this.#begun = place;
    for (const subscriber of this.subscribers) subscriber.onBegun(place);
  }

  onResult(result: MemberResult): void {
    const event = streamEventOf(this.options.member.id, this.options.root, result, this.options.uncodedErrors);
    this.#isRefused = false;
    if (event.cursor !== undefined) this.#upstream.received(event.cursor);
    this.window.add(event);
    this.#give(event);
    if (this.#upstream.isPastSnapshot) this.options.onChanged(this, event);
  }

  onLost(error: PartitionError): void {
    this.#lost = error;
    for (const subscriber of this.subscribers) subscriber.onLost(error);
  }

  onReturned(): void {
    this.#lost = undefined;
    for (const subscriber of this.subscribers) subscriber.onReturned();
  }

  onRefused(error: SubscriptionRefusedError): void {
    this.#isRefused = true;
    for (const subscriber of this.subscribers) subscriber.onRefused(error);
  }

  onEnded(): void {
    this.options.onEnded(this);
    for (const subscriber of this.subscribers) subscriber.onEnded();
  }

  #give(event: StreamEvent): void {
    for (const subscriber of this.subscribers) subscriber.onEvent(event);
  }

  #join(subscriber: StreamSubscriber, begun: string | undefined, backlog: readonly StreamEvent[]): void {
    this.subscribers.add(subscriber);
    this.#lastContext = subscriber.context;
    if (begun !== undefined) subscriber.onBegun(begun);
    if (backlog.length > 0) subscriber.onBacklog(backlog.length);
    for (const event of backlog) subscriber.onEvent(event);
    if (this.#lost) subscriber.onLost(this.#lost);
  }

  #ownOpening(): Opening | undefined {
    if (this.options.after !== undefined || !this.window.isWhole) return undefined;
    return { at: this.startedAt, begun: this.#begun, events: [], next: 0 };
  }

  /** Of somebody who is there: the credential of one who has left may have ended. */
  #context(): unknown {
    for (const { context } of this.subscribers) return context;
    return this.#lastContext;
  }
}
