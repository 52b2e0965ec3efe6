import { fitAnswer, MISFIT, type MisfitCount } from './answer-shape.js';
import { decodeCursorVector } from './cursor-vector.js';
import { EventBuffer } from './event-buffer.js';
import { fetchError, passedOnErrors, type FetchError } from './fetch-error.js';
import { argumentValue } from './fetch-plan.js';
import { everyTarget, ownerTarget } from './fetch-route.js';
import { snapshotOf } from './fetch-session.js';
import { rowsLeftOut } from './member-answer.js';
import { followMember, type BackoffOptions, type SubscriptionRefusedError } from './member-stream.js';
import { ownerByIdPrefix, type OwnerOf } from './owner-of.js';
import type { DirectoryChange, PartitionDirectory } from './partition-directory.js';
import { memberIncompatible, PartitionError, type PartitionErrorCode } from './partition-error.js';
import type { MemberCallOptions, MemberRequest, MemberResult, PartitionMember } from './partition-member.js';
import type { PartitionPlan } from './partition-plan.js';
import { CURSOR_ALIAS, StreamPlan } from './stream-plan.js';
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
  /** Events that wait for the client. @default 1000 */
  bufferLimit?: number;
  /** How long a lost member is left alone, with jitter. @default { first: 100, longest: 5000 } */
  backoffMs?: BackoffOptions;
}

export type PartitionEvent =
  /** `data` answers the primary fetch: `{ [root field's response key]: event }`. `cursor` resumes after this event. */
  | { kind: 'data'; member: string; data: Record<string, unknown>; errors?: readonly FetchError[]; cursor: string | undefined }
  /** The member's events are missing from now on; it is asked again, unless it was removed. */
  | { kind: 'member-lost'; member: string; code: PartitionErrorCode; message: string; at: string }
  /** The member streams again, from the last cursor that was received from it. */
  | { kind: 'member-returned'; member: string; at: string };

/** An event as it waits: the vector that its client cursor is made of is known only when it is taken. */
type WaitingEvent = PartitionEvent & { memberCursor?: string | undefined };

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
export function subscribePartition(options: SubscribePartitionOptions): AsyncGenerator<PartitionEvent, void, void> {
  const left = new AbortController();
  const events = follow({ ...options, signal: AbortSignal.any([options.signal, left.signal]) });
  const finish = events.return.bind(events);
  // A generator's own return() waits for the next event, which may never come.
  events.return = (value) => {
    left.abort();
    return finish(value);
  };
  return events;
}

async function* follow(options: SubscribePartitionOptions): AsyncGenerator<PartitionEvent, void, void> {
  const fanIn = new FanIn(options);
  try {
    fanIn.start();
    yield* fanIn.events();
  } finally {
    fanIn.stop();
  }
}

class FanIn {
  readonly #stream: StreamPlan;
  readonly #buffer: EventBuffer<WaitingEvent>;
  readonly #ended = new AbortController();
  /** One for each member that is followed. */
  readonly #legs = new Map<string, AbortController>();
  readonly #refused = new Map<string, SubscriptionRefusedError>();
  readonly #places: StreamPlaces;
  /** Members that may take part; `undefined` for all there are. */
  readonly #scope: ReadonlySet<string> | undefined;
  readonly #isFinite: boolean;
  readonly #ownCursor: string | undefined;
  #unwatch: (() => void) | undefined;

  constructor(readonly options: SubscribePartitionOptions) {
    const stream = (this.#stream = new StreamPlan(options.plan, options.request));
    this.#buffer = new EventBuffer(options.bufferLimit ?? 1_000);
    const { rule } = stream.root;
    if (rule.kind === 'entities') throw new Error('invariant: _entities is no subscription');
    const session = { ...snapshotOf(options.directory), variables: stream.variables, ownerOf: options.ownerOf ?? ownerByIdPrefix };
    const isFannedIn = rule.kind === 'everySite';
    const targets = isFannedIn ? everyTarget(stream.root, rule.narrowedBy, session) : ownerTarget(stream.root, rule.by, session);
    const unknown = targets.failures.find(({ member }) => member === undefined);
    if (unknown) throw unknown;

    const after = argumentValue(stream.root, ['after'], stream.variables);
    const narrowed = isFannedIn && rule.narrowedBy ? argumentValue(stream.root, rule.narrowedBy, stream.variables) : undefined;
    const named = isFannedIn ? argumentValue(stream.root, ['sites'], stream.variables) : undefined;
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
    for (const { id, code, message } of directory.unavailable()) if (this.#inScope(id)) this.#lost(id, code, message);
    for (const member of directory.members()) if (this.#inScope(member.id)) this.#follow(member);
    if (this.#scope?.size === 0) this.#buffer.end();
  }

  readonly stop = (): void => {
    this.#unwatch?.();
    this.options.signal.removeEventListener('abort', this.stop);
    this.#ended.abort();
    for (const leg of this.#legs.values()) leg.abort();
    this.#legs.clear();
    this.#buffer.end();
  };

  async *events(): AsyncGenerator<PartitionEvent, void, void> {
    for await (const waiting of this.#buffer) {
      if (this.#ended.signal.aborted) return;
      const { memberCursor, ...event } = waiting;
      if (event.kind !== 'data') {
        yield event;
        continue;
      }
      if (memberCursor !== undefined) this.#places.taken(event.member, memberCursor);
      const cursor = this.#ownCursor ? memberCursor : this.#places.cursor();
      const value = event.data[this.#stream.root.key] as Record<string, unknown> | null;
      if (value) for (const key of this.#stream.cursorKeys) if (key in value) value[key] = cursor;
      yield { ...event, cursor };
    }
  }

  #inScope(id: string): boolean {
    return this.#scope?.has(id) ?? true;
  }

  #follow(member: PartitionMember): void {
    this.#legs.get(member.id)?.abort();
    this.#legs.delete(member.id);
    if (!this.#stream.requestFor(member, undefined)) {
      const { code, message } = memberIncompatible(member.id, `runs a version that does not know Subscription.${this.#stream.root.field.name}`);
      if (member.covers === 'whole') this.#lost(member.id, code, message);
      if (this.#ownCursor || (this.#isFinite && this.#legs.size === 0)) this.#buffer.fail(new PartitionError(code, message, { member: member.id }));
      return;
    }
    const leg = new AbortController();
    this.#legs.set(member.id, leg);
    void followMember({
      member,
      request: () => this.#requestOf(member, leg.signal),
      context: this.options.context,
      signal: leg.signal,
      backoff: this.options.backoffMs ?? { first: 100, longest: 5_000 },
      isFinite: this.#isFinite,
      onEvent: (result) => this.#eventOf(member.id, result),
      onLost: ({ code, message }) => this.#lost(member.id, code, message),
      onReturned: () => this.#add({ kind: 'member-returned', member: member.id, at: new Date().toISOString() }, `notice ${member.id}`),
      onRefused: (error) => this.#refusedBy(member.id, error),
    }).then(() => {
      if (leg.signal.aborted) return;
      this.#legs.delete(member.id);
      if (this.#legs.size === 0) this.#buffer.end();
    });
  }

  async #requestOf(member: PartitionMember, signal: AbortSignal): Promise<MemberRequest> {
    const after = this.#places.resumeAfter(member.id);
    if (after === undefined) await this.#noteBeginning(member, signal);
    return this.#stream.requestFor(member, after) as MemberRequest;
  }

  /** An id leads to one member, whose present state the client gets; without any event it has no cursor either. */
  async #noteBeginning(member: PartitionMember, signal: AbortSignal): Promise<void> {
    const { positionOf, context } = this.options;
    if (positionOf === undefined || this.#isFinite) return;
    const place = await positionOf(member, { signal, context }).catch(() => undefined);
    if (place !== undefined) this.#places.begun(member.id, place);
  }

  #eventOf(member: string, { data, errors: memberErrors = [] }: MemberResult): void {
    this.#refused.delete(member);
    const { key, prepared } = this.#stream.root;
    const raw = data?.[key] as Record<string, unknown> | null | undefined;
    const errors = passedOnErrors(memberErrors, member, (path) => [...path]);
    const memberCursor = typeof raw === 'object' && typeof raw?.[CURSOR_ALIAS] === 'string' ? raw[CURSOR_ALIAS] : undefined;
    if (memberCursor !== undefined) this.#places.received(member, memberCursor);
    if (raw && typeof raw === 'object') delete raw[CURSOR_ALIAS];
    const count: MisfitCount = { misfits: 0 };
    const fitting = raw === null || raw === undefined ? null : fitAnswer(raw, prepared.shape, count);
    if (count.misfits > 0) errors.push(fetchError(rowsLeftOut(member, count.misfits), [key]));
    const value = fitting === MISFIT ? null : (fitting as Record<string, unknown> | null);
    const subject = value ? this.options.subjectKey?.(value) : undefined;
    const event: WaitingEvent = { kind: 'data', member, data: { [key]: value }, cursor: undefined, memberCursor, ...(errors.length > 0 ? { errors } : {}) };
    this.#add(event, subject === undefined ? undefined : `event ${member} ${subject}`);
  }

  #refusedBy(member: string, error: SubscriptionRefusedError): void {
    this.#refused.set(member, error);
    if ([...this.#legs.keys()].every((id) => this.#refused.has(id))) this.#fail(error);
  }

  #lost(member: string, code: PartitionErrorCode, message: string): void {
    this.#add({ kind: 'member-lost', member, code, message, at: new Date().toISOString() }, `notice ${member}`);
  }

  #add(event: WaitingEvent, subject: string | undefined): void {
    if (this.#buffer.push(event, subject)) return;
    const message = `${this.#buffer.limit} events of "${this.#stream.root.field.name}" wait to be read; subscribe again with the cursor of the last event you got`;
    this.#fail(new PartitionError('SUBSCRIBER_TOO_SLOW', message));
  }

  #fail(error: Error): void {
    this.#buffer.fail(error);
    for (const leg of this.#legs.values()) leg.abort();
    this.#legs.clear();
  }

  #directoryChanged(change: DirectoryChange): void {
    const id = change.kind === 'removed' ? change.id : change.member.id;
    if (!this.#inScope(id)) return;
    if (change.kind === 'added' || change.kind === 'replaced') {
      this.#follow(change.member);
      return;
    }
    this.#legs.get(id)?.abort();
    this.#legs.delete(id);
    if (change.kind === 'unavailable') this.#lost(id, change.member.code, change.member.message);
    else this.#lost(id, 'SITE_REMOVED', `site "${id}" was removed`);
  }
}
