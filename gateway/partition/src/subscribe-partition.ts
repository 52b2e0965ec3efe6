import { decodeCursorVector } from './cursor-vector.js';
import { EventBuffer } from './event-buffer.js';
import type { FetchError, UncodedErrors } from './fetch-error.js';
import { argumentValue } from './fetch-plan.js';
import { everyTarget, ownerTarget } from './fetch-route.js';
import { snapshotOf } from './fetch-session.js';
import type { FeedSubscription } from './member-feed.js';
import type { BackoffOptions, SubscriptionRefusedError } from './member-stream.js';
import { ownerByIdPrefix, type OwnerOf } from './owner-of.js';
import type { DirectoryChange, PartitionDirectory } from './partition-directory.js';
import { memberIncompatible, PartitionError, type PartitionErrorCode } from './partition-error.js';
import type { MemberCallOptions, MemberRequest, PartitionMember } from './partition-member.js';
import type { PartitionPlan } from './partition-plan.js';
import { SharedStreams } from './shared-streams.js';
import type { StreamEvent } from './stream-event.js';
import type { StreamPlan } from './stream-plan.js';
import { StreamPlaces } from './stream-places.js';

export interface SubscribePartitionOptions {
  plan: PartitionPlan;
  directory: PartitionDirectory;
  /** The primary fetch of the subscription's query plan: one root field, with an `after` argument when resuming. */
  request: MemberRequest;
  /** Given to each member for its credentials. */
  context: unknown;
  /** Aborted when the client has left. */
  signal: AbortSignal;
  /** @default {@link ownerByIdPrefix} */
  ownerOf?: OwnerOf;
  /**
   * For progress streams: events with the same key replace each other while the client is slow. The event is the value
   * of the root field as the client's selection has it. `undefined` keeps the event.
   */
  subjectKey?: (event: Record<string, unknown>) => string | undefined;
  /**
   * Where the fanned-in stream of a member stands now, as a cursor. Asked for before a stream is begun, so that the events
   * behind this place are not missed when the member, or the client, is away before the first of them. `undefined` when the
   * member cannot tell. @default a member without events is resumed at its present state
   */
  positionOf?: (member: PartitionMember, options: MemberCallOptions) => Promise<string | undefined>;
  /** Where the upstreams are shared. @default this subscription has upstreams of its own */
  streams?: SharedStreams;
  /**
   * All that a member's answer may depend on besides the request, such as who the caller is. Upstreams are shared by
   * subscriptions with the same text, and by nobody when it is absent.
   */
  identity?: string | undefined;
  /** Whether who subscribes without a cursor is told of what comes from then on, and of no present state. @default false */
  tellsNewsOnly?: boolean;
  /**
   * What becomes of members' errors without a code, whose messages may hold anything: `mask` makes SITE_ERROR of them, `pass` gives them
   * as they are, without stacks, for a process that keeps them from clients itself. @default 'mask'
   */
  uncodedErrors?: UncodedErrors;
  /** Events that wait for the client. @default 1000 */
  bufferLimit?: number;
  /**
   * How long a subscriber may be behind, in milliseconds, before a full buffer ends it. Until then it rests: what comes is kept for it
   * in the window of the shared stream, or at the member. @default 2000
   */
  patienceMs?: number;
  /** How long a lost member is left alone, with jitter. @default { first: 100, longest: 5000 } */
  backoffMs?: BackoffOptions;
}

export type PartitionEvent =
  /** `data` answers the primary fetch: `{ [root field's response key]: event }`. `cursor` resumes after this event. */
  | {
      kind: 'data';
      member: string;
      data: Record<string, unknown>;
      errors?: readonly FetchError[];
      cursor: string | undefined;
      /** What the member sent: the same object for all subscribers of a shared upstream, so that what is made of it can be shared too. */
      source: StreamEvent;
      /** Response keys of the event under which the client asked for its cursor. */
      cursorKeys: readonly string[];
    }
  /** The member's events are missing from now on; it is asked again, unless it was removed. */
  | { kind: 'member-lost'; member: string; code: PartitionErrorCode; message: string; at: string }
  /** The member streams again, from the last cursor that was received from it. */
  | { kind: 'member-returned'; member: string; at: string };

/** The events of a subscription, for one reader. */
export interface PartitionEvents extends AsyncIterableIterator<PartitionEvent, void, void> {
  /** Those that wait now, this many at most. */
  takeWaiting(limit: number): PartitionEvent[];
  /** Ends the subscription at once, a `next()` that waits included. */
  return(): Promise<IteratorResult<PartitionEvent, void>>;
}

type WaitingEvent = { kind: 'data'; member: string; event: StreamEvent } | Exclude<PartitionEvent, { kind: 'data' }>;

/** One member that is followed. */
interface Leg {
  readonly member: PartitionMember;
  subscription: FeedSubscription | undefined;
}

/**
 * Fans a STREAM field in from all members, those that join later included, or subscribes a `@oneSite` field at its owner.
 * A lost member is resumed after its last cursor, for as long as the client stays.
 *
 * A fanned-in stream's cursors hold one cursor for each member; a `@oneSite` stream's are its owner's own. The iterable
 * ends when every member that an id led to has completed its stream.
 *
 * @throws BAD_CURSOR UNKNOWN_SITE AMBIGUOUS_SITE on the first `next()`; SubscriptionRefusedError once every member has refused;
 *   SUBSCRIBER_TOO_SLOW later
 */
export function subscribePartition(options: SubscribePartitionOptions): PartitionEvents {
  let fanIn: FanIn | undefined;
  let isOver = false;
  const end = (): IteratorResult<PartitionEvent, void> => {
    isOver = true;
    fanIn?.stop();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      if (isOver) return end();
      try {
        if (!fanIn) {
          fanIn = new FanIn(options);
          fanIn.start();
        }
        const event = await fanIn.next();
        return event ? { done: false, value: event } : end();
      } catch (error) {
        end();
        throw error;
      }
    },
    takeWaiting: (limit) => fanIn?.takeWaiting(limit) ?? [],
    return: async () => end(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

class FanIn {
  readonly #streams: SharedStreams;
  readonly #stream: StreamPlan;
  readonly #buffer: EventBuffer<WaitingEvent>;
  #isStopped = false;
  /** One for each member that is followed. */
  readonly #legs = new Map<string, Leg>();
  /** Members whose events are left alone until the client has read some of those that wait. */
  readonly #resting = new Set<Leg>();
  /** Whether a member rests whose news the client has to follow. */
  #owesNews = false;
  /** `performance.now()` when something came for a client that had read all before. */
  #behindSince = 0;
  readonly #refused = new Map<string, SubscriptionRefusedError>();
  readonly #places: StreamPlaces;
  /** Members that may take part; `undefined` for all there are. */
  readonly #scope: ReadonlySet<string> | undefined;
  readonly #isFinite: boolean;
  readonly #ownCursor: string | undefined;
  #unwatch: (() => void) | undefined;

  constructor(readonly options: SubscribePartitionOptions) {
    this.#streams = options.streams ?? new SharedStreams({ lingerMs: 0 });
    const stream = (this.#stream = this.#streams.planOf(options.plan, options.request));
    this.#buffer = new EventBuffer(options.bufferLimit ?? 1_000);
    const { rule } = stream.root;
    if (rule.kind === 'entities') throw new Error('invariant: _entities is no subscription');
    // The plan is the same for all cursors; the cursor is this request's.
    const variables = { ...options.request.variables, ...stream.variables };
    const session = { ...snapshotOf(options.directory), variables, ownerOf: options.ownerOf ?? ownerByIdPrefix };
    const isFannedIn = rule.kind === 'everySite';
    const targets = isFannedIn ? everyTarget(stream.root, rule.narrowedBy, session) : ownerTarget(stream.root, rule.by, session);
    const unknown = targets.failures.find(({ member }) => member === undefined);
    if (unknown) throw unknown;

    const after = argumentValue(stream.root, ['after'], variables);
    const narrowed = isFannedIn && rule.narrowedBy ? argumentValue(stream.root, rule.narrowedBy, variables) : undefined;
    const named = isFannedIn ? argumentValue(stream.root, ['sites'], variables) : undefined;
    this.#isFinite = !isFannedIn || (narrowed !== undefined && narrowed !== null);
    const isScoped = this.#isFinite || (named !== undefined && named !== null);
    const ids = [...targets.members.map(({ id }) => id), ...targets.failures.flatMap(({ member }) => member ?? [])];
    this.#scope = isScoped ? new Set(ids) : undefined;
    this.#ownCursor = isFannedIn ? undefined : ids[0];
    const given = typeof after === 'string' ? after : undefined;
    this.#places = new StreamPlaces(given === undefined ? new Map() : this.#ownCursor ? new Map([[this.#ownCursor, given]]) : decodeCursorVector(given));
  }

  start(): void {
    const { directory, signal } = this.options;
    if (signal.aborted) {
      this.stop();
      return;
    }
    signal.addEventListener('abort', this.stop, { once: true });
    this.#unwatch = directory.onChange((change) => this.#directoryChanged(change));
    this.#streams.observer.subscribersChanged({ field: this.#stream.root.field.name, change: 1 });
    for (const { id, code, message } of directory.unavailable()) if (this.#inScope(id)) this.#lost(id, code, message);
    for (const member of directory.members()) if (this.#inScope(member.id)) this.#follow(member);
    if (this.#scope?.size === 0) this.#buffer.end();
  }

  readonly stop = (): void => {
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (this.#unwatch) this.#streams.observer.subscribersChanged({ field: this.#stream.root.field.name, change: -1 });
    this.#unwatch?.();
    this.options.signal.removeEventListener('abort', this.stop);
    this.#leaveAll();
    this.#buffer.end();
  };

  async next(): Promise<PartitionEvent | undefined> {
    const { done, value } = await this.#buffer.next();
    return done || this.#isStopped ? undefined : this.#taken(value);
  }

  takeWaiting(limit: number): PartitionEvent[] {
    const taken: PartitionEvent[] = [];
    while (taken.length < limit && !this.#isStopped) {
      const waiting = this.#buffer.take();
      if (!waiting) break;
      taken.push(this.#taken(waiting));
    }
    return taken;
  }

  #taken(waiting: WaitingEvent): PartitionEvent {
    if (this.#resting.size > 0 && this.#buffer.size < this.#buffer.limit / 2) this.#wake();
    if (waiting.kind !== 'data') return waiting;
    const { member, event: source } = waiting;
    const { root, cursorKeys } = this.#stream;
    const cursor = this.#ownCursor ? source.cursor : this.#places.cursorBehind(source.made, member, source.cursor);
    this.#streams.observer.streamEvent({ member, field: root.field.name, lagMs: performance.now() - source.arrivedAt });
    const value = source.value && { ...source.value };
    if (value) for (const key of cursorKeys) if (key in value) value[key] = cursor;
    return { kind: 'data', member, data: { [root.key]: value }, cursor, source, cursorKeys, ...(source.errors.length > 0 ? { errors: source.errors } : {}) };
  }

  #inScope(id: string): boolean {
    return this.#scope?.has(id) ?? true;
  }

  #follow(member: PartitionMember): void {
    this.#leave(member.id);
    if (!this.#stream.isKnownTo(member)) {
      const { code, message } = memberIncompatible(member.id, `runs a version that does not know Subscription.${this.#stream.root.field.name}`);
      if (member.covers === 'whole') this.#lost(member.id, code, message);
      if (this.#ownCursor || (this.#isFinite && this.#legs.size === 0)) this.#fail(new PartitionError(code, message, { member: member.id }));
      return;
    }
    const leg: Leg = { member, subscription: undefined };
    this.#legs.set(member.id, leg);
    this.#subscribe(leg);
  }

  #subscribe(leg: Leg): void {
    const { member } = leg;
    const { id } = member;
    const { positionOf, context, identity, tellsNewsOnly = false, uncodedErrors = 'mask', backoffMs = { first: 100, longest: 5_000 } } = this.options;
    const feed = this.#streams.feedOf(identity, {
      member,
      stream: this.#stream,
      isFinite: this.#isFinite,
      tellsNewsOnly: tellsNewsOnly && !this.#isFinite,
      // An id leads to one member, whose present state the client gets; without any event it has no cursor either.
      position: positionOf && !this.#isFinite ? (signal, of) => positionOf(member, { signal, context: of }) : undefined,
      backoff: backoffMs,
      uncodedErrors,
    });
    const isFollowed = (): boolean => this.#legs.get(id) === leg && !this.#resting.has(leg);
    const whileFollowed =
      <Args extends unknown[]>(act: (...args: Args) => void) =>
      (...args: Args): void => {
        if (isFollowed()) act(...args);
      };
    leg.subscription = feed.subscribe(
      {
        context,
        onBegun: whileFollowed((place) => this.#places.begun(id, place)),
        onBacklog: (count) => this.#buffer.grant(count),
        onEvent: whileFollowed((event) => this.#eventOf(leg, event)),
        onLost: whileFollowed(({ code, message }) => this.#lost(id, code, message)),
        onReturned: whileFollowed(() => this.#add({ kind: 'member-returned', member: id, at: new Date().toISOString() }, `notice ${id}`)),
        onRefused: whileFollowed((error) => this.#refusedBy(id, error)),
        onEnded: whileFollowed(() => {
          this.#legs.delete(id);
          if (this.#legs.size === 0) this.#buffer.end();
        }),
      },
      this.#places.resumeAfter(id),
    );
    // It may have filled up with what was there when it joined.
    if (!isFollowed()) leg.subscription.leave();
  }

  #eventOf(leg: Leg, event: StreamEvent): void {
    const { id } = leg.member;
    this.#refused.delete(id);
    if (this.#buffer.size === 0) this.#behindSince = performance.now();
    const subject = event.value ? this.options.subjectKey?.(event.value) : undefined;
    if (this.#buffer.push({ kind: 'data', member: id, event }, subject === undefined ? undefined : `event ${id} ${subject}`)) {
      if (event.cursor !== undefined) this.#places.received(id, event.cursor);
      return;
    }
    if (event.cursor === undefined) return this.#tooSlow();
    // What is long past comes faster than any client reads: it is asked for in parts. So does what has gathered somewhere on the way.
    if (leg.subscription?.isCurrent() !== false) {
      if (this.#isOutOfPatience()) return this.#tooSlow();
      this.#owesNews = true;
    }
    this.#resting.add(leg);
    leg.subscription?.leave();
  }

  #isOutOfPatience(): boolean {
    return performance.now() - this.#behindSince >= (this.options.patienceMs ?? 2_000);
  }

  /** Goes on where it had to rest. */
  #wake(): void {
    if (this.#owesNews && this.#isOutOfPatience()) return this.#tooSlow();
    this.#owesNews = false;
    const resting = [...this.#resting];
    this.#resting.clear();
    for (const leg of resting) if (this.#legs.get(leg.member.id) === leg) this.#subscribe(leg);
  }

  #refusedBy(member: string, error: SubscriptionRefusedError): void {
    this.#refused.set(member, error);
    if ([...this.#legs.keys()].every((id) => this.#refused.has(id))) this.#fail(error);
  }

  #lost(member: string, code: PartitionErrorCode, message: string): void {
    this.#add({ kind: 'member-lost', member, code, message, at: new Date().toISOString() }, `notice ${member}`);
  }

  #add(event: WaitingEvent, subject: string | undefined): void {
    if (!this.#buffer.push(event, subject)) this.#tooSlow();
  }

  #tooSlow(): void {
    const message = `${this.#buffer.limit} events of "${this.#stream.root.field.name}" wait to be read; subscribe again with the cursor of the last event you got`;
    this.#fail(new PartitionError('SUBSCRIBER_TOO_SLOW', message));
  }

  #fail(error: Error): void {
    this.#buffer.fail(error);
    this.#leaveAll();
  }

  #leaveAll(): void {
    for (const id of [...this.#legs.keys()]) this.#leave(id);
  }

  #leave(id: string): void {
    const leg = this.#legs.get(id);
    if (!leg) return;
    this.#legs.delete(id);
    this.#resting.delete(leg);
    leg.subscription?.leave();
  }

  #directoryChanged(change: DirectoryChange): void {
    const id = change.kind === 'removed' ? change.id : change.member.id;
    if (!this.#inScope(id)) return;
    if (change.kind === 'added' || change.kind === 'replaced') {
      this.#follow(change.member);
      return;
    }
    this.#leave(id);
    if (change.kind === 'unavailable') this.#lost(id, change.member.code, change.member.message);
    else this.#lost(id, 'SITE_REMOVED', `site "${id}" was removed`);
  }
}
