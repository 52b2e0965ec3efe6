import type { UncodedErrors } from './fetch-error.js';
import type { BackoffOptions } from './member-stream.js';
import type { PartitionMember } from './partition-member.js';
import { SharedStream, type StreamSubscriber } from './shared-stream.js';
import type { StreamEvent } from './stream-event.js';
import type { StreamPlan } from './stream-plan.js';

export interface MemberFeedOptions {
  readonly member: PartitionMember;
  readonly stream: StreamPlan;
  readonly isFinite: boolean;
  /** Whether who subscribes without a cursor is told of what comes from then on, and of no present state. */
  readonly tellsNewsOnly: boolean;
  readonly position: ((signal: AbortSignal, context: unknown) => Promise<string | undefined>) | undefined;
  readonly backoff: BackoffOptions;
  readonly uncodedErrors: UncodedErrors;
  /** See {@link SharedStreamsOptions}. */
  readonly windowLimit: number;
  readonly freshMs: number;
  readonly lingerMs: number;
  /** Upstreams that run now. */
  readonly onUpstreams: (change: 1 | -1) => void;
}

export interface FeedSubscription {
  /** `false` while it catches up with the present by an upstream of its own. */
  isCurrent(): boolean;
  leave(): void;
}

/**
 * One stream of one member, for all who asked the same as the same caller.
 *
 * There is one upstream, most of the time. Who comes with a cursor that is still in its window joins there. Who comes with an
 * older one, or wants the present state when the beginning of the upstream is gone or out of date, gets another upstream, which
 * others may join as well. As soon as the same event came over two of them they are one again: the member sends the same
 * events in the same order behind one cursor.
 */
export class MemberFeed {
  readonly #streams: SharedStream[] = [];
  readonly #lingering = new Map<SharedStream, NodeJS.Timeout>();

  constructor(readonly options: MemberFeedOptions) {}

  subscribe(subscriber: StreamSubscriber, after: string | undefined): FeedSubscription {
    if (after === undefined) this.#begin(subscriber);
    else this.#resume(subscriber, after);
    return {
      isCurrent: () => this.#streamOf(subscriber)?.isCurrent ?? true,
      leave: () => this.#leave(subscriber),
    };
  }

  /** Ends all upstreams; subscribers hear of nothing any more. */
  close(): void {
    for (const stream of [...this.#streams]) this.#end(stream);
  }

  #begin(subscriber: StreamSubscriber): void {
    const { tellsNewsOnly, freshMs } = this.options;
    const open = this.#streams.filter(({ isOpen }) => isOpen);
    if (tellsNewsOnly) {
      const current = open.find(({ isCurrent }) => isCurrent) ?? this.#open(undefined, subscriber);
      return this.#keep(current, () => current.joinAtEnd(subscriber));
    }
    // A quiet stream never joins its upstreams: the more there are, the longer one is good enough.
    const maxAgeMs = freshMs * Math.max(1, open.length);
    for (const stream of open.toReversed()) {
      const opening = stream.opening(maxAgeMs);
      if (opening) return this.#keep(stream, () => stream.joinAtOpening(subscriber, opening));
    }
    const stream = this.#open(undefined, subscriber);
    stream.joinAtEnd(subscriber);
  }

  #resume(subscriber: StreamSubscriber, after: string): void {
    for (const stream of this.#streams) {
      const number = stream.isOpen ? stream.numberBehind(after) : undefined;
      if (number !== undefined) return this.#keep(stream, () => stream.joinAt(subscriber, number));
    }
    const stream = this.#open(after, subscriber);
    stream.joinAtEnd(subscriber);
  }

  #open(after: string | undefined, { context }: StreamSubscriber): SharedStream {
    const { member, stream, isFinite, backoff, uncodedErrors, windowLimit, position } = this.options;
    const opened = new SharedStream({
      member,
      root: stream.root,
      requestAfter: (cursor) => stream.requestFor(member, cursor)!,
      after,
      position: position && ((signal) => position(signal, context)),
      isFinite,
      backoff,
      uncodedErrors,
      windowLimit,
      onChanged: (changed, event) => this.#joinStreams(changed, event),
      onEnded: (ended) => this.#remove(ended),
    });
    this.#streams.push(opened);
    this.options.onUpstreams(1);
    // Its subscriber is there before anything happens.
    queueMicrotask(() => this.#streams.includes(opened) && opened.start());
    return opened;
  }

  #keep(stream: SharedStream, join: () => void): void {
    clearTimeout(this.#lingering.get(stream));
    this.#lingering.delete(stream);
    join();
  }

  #leave(subscriber: StreamSubscriber): void {
    const stream = this.#streamOf(subscriber);
    if (!stream) return;
    stream.subscribers.delete(subscriber);
    if (stream.subscribers.size > 0) return;
    const { lingerMs } = this.options;
    if (lingerMs === 0 || !stream.isOpen || this.#streams.length > 1) this.#end(stream);
    else this.#lingering.set(stream, setTimeout(() => this.#end(stream), lingerMs).unref());
  }

  #streamOf(subscriber: StreamSubscriber): SharedStream | undefined {
    return this.#streams.find(({ subscribers }) => subscribers.has(subscriber));
  }

  /** `changed` has just received `event`; another stream that has had it before goes on from there. A third one joins by a later event. */
  #joinStreams(changed: SharedStream, { cursor }: StreamEvent): void {
    if (cursor === undefined || this.#streams.length === 1) return;
    for (const other of this.#streams) {
      if (other === changed || other.isLost || !other.isOpen) continue;
      const behind = other.numberBehind(cursor);
      if (behind === undefined) continue;
      const goesOn = changed.meet(other, behind);
      this.#remove(goesOn === changed ? other : changed);
      if (goesOn.subscribers.size > 0) this.#keep(goesOn, () => {});
      return;
    }
  }

  #end(stream: SharedStream): void {
    stream.stop();
    this.#remove(stream);
  }

  #remove(stream: SharedStream): void {
    clearTimeout(this.#lingering.get(stream));
    this.#lingering.delete(stream);
    const place = this.#streams.indexOf(stream);
    if (place < 0) return;
    this.#streams.splice(place, 1);
    this.options.onUpstreams(-1);
  }
}
