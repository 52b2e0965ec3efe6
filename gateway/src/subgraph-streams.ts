import { SiteReport, type MadeOfEvent, type MemberRequest } from '@ocopea/partition';
import { subscriberTooSlow } from '@ocopea/graph';
import type { RawEvent } from './event-plan.js';
import type { GatewayContext } from './gateway-context.js';
import type { SubgraphService } from './ordinary-subgraph.js';
import type { EventQueue } from './event-queue.js';

export interface SubgraphStreamsOptions {
  /** Events that wait for one client, and events of one upstream that are kept for who comes later. @default 1000 */
  readonly bufferLimit?: number;
  /** How old the beginning of an upstream may be to be the present state of who comes later. @default 1000 */
  readonly freshMs?: number;
  /** How long a client may hold up others with a full buffer. @default 2000 */
  readonly patienceMs?: number;
}

export interface SubgraphSubscription {
  readonly subgraph: SubgraphService;
  readonly request: MemberRequest;
  /** Of the client; the upstream is opened with that of the first. */
  readonly context: GatewayContext;
  /** All that the subgraph knows of the caller; `undefined` shares with nobody. */
  readonly identity: string | undefined;
  /** Whether who subscribes is told of what comes from then on, and of no present state. */
  readonly tellsNewsOnly: boolean;
}

/** One event of a subgraph. All who share its upstream get the same object: nobody changes it. */
export interface SubgraphEvent extends RawEvent {
  readonly made: MadeOfEvent;
}

type Options = Required<SubgraphStreamsOptions>;

/**
 * The subscriptions of a process at subgraphs that are not partitioned. Those of one caller that ask the same share an upstream, by the
 * rules for streams of Sites, as far as they go without a cursor: who comes later is given the beginning of an upstream that is young,
 * or that has said nothing yet, and what came since; otherwise an upstream of its own. What is lost is not taken up again.
 */
export class SubgraphStreams {
  readonly #options: Options;
  readonly #upstreams = new Map<string, Set<Upstream>>();
  readonly #numbers = new WeakMap<SubgraphService, number>();
  #numbered = 0;

  constructor({ bufferLimit = 1_000, freshMs = 1_000, patienceMs = 2_000 }: SubgraphStreamsOptions = {}) {
    this.#options = { bufferLimit, freshMs, patienceMs };
  }

  subscribe(subscription: SubgraphSubscription): EventQueue<SubgraphEvent> {
    const { identity, tellsNewsOnly } = subscription;
    const key = this.#keyOf(subscription);
    const open = (identity === undefined ? undefined : this.#upstreams.get(key)) ?? new Set<Upstream>();
    // A quiet stream never joins its upstreams: the more there are, the longer one is good enough.
    const maxAgeMs = this.#options.freshMs * Math.max(1, open.size);
    for (const upstream of open) {
      const begun = tellsNewsOnly ? [] : upstream.opening(maxAgeMs);
      if (begun) return upstream.join(begun);
    }
    const upstream = new Upstream(subscription, this.#options, () => {
      open.delete(upstream);
      if (open.size === 0) this.#upstreams.delete(key);
    });
    open.add(upstream);
    if (identity !== undefined) this.#upstreams.set(key, open);
    const first = upstream.join([]);
    upstream.start();
    return first;
  }

  /** How many run that may be shared. */
  get size(): number {
    return [...this.#upstreams.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Ends all upstreams that are shared, and with them what clients are subscribed to. */
  close(): void {
    for (const open of [...this.#upstreams.values()]) for (const upstream of [...open]) upstream.stop();
  }

  #keyOf({ subgraph, request: { query, operationName, variables = {} }, identity, tellsNewsOnly }: SubgraphSubscription): string {
    let number = this.#numbers.get(subgraph);
    if (number === undefined) this.#numbers.set(subgraph, (number = ++this.#numbered));
    return JSON.stringify([number, query, operationName, Object.entries(variables).sort(), identity, tellsNewsOnly]);
  }
}

/** One subscription at a subgraph, and all who are given its events. */
class Upstream {
  readonly #readers = new Set<Reader>();
  readonly #left = new AbortController();
  readonly #startedAt = performance.now();
  /** All events so far, while they are few. */
  #begun: SubgraphEvent[] | undefined = [];
  #wake = (): void => {};

  constructor(
    private readonly subscription: SubgraphSubscription,
    private readonly options: Options,
    private readonly onEnded: () => void,
  ) {}

  /** What it began with, for who wants the present state; `undefined` when that is out of date. */
  opening(maxAgeMs: number): readonly SubgraphEvent[] | undefined {
    const isPresent = this.#begun?.length === 0 || performance.now() - this.#startedAt <= maxAgeMs;
    return isPresent ? this.#begun : undefined;
  }

  join(begun: readonly SubgraphEvent[]): Reader {
    const reader = new Reader(
      begun,
      () => this.#wake(),
      () => this.#leave(reader),
    );
    this.#readers.add(reader);
    this.#wake();
    return reader;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
    this.#end();
  }

  async #run(): Promise<void> {
    const { subgraph, request, context } = this.subscription;
    const { signal } = this.#left;
    let failure: { readonly error: unknown } | undefined;
    try {
      // It outlives the client that it was opened for.
      for await (const { data, errors } of subgraph.subscribe(request, { context: { ...context, signal, trace: undefined, siteReport: new SiteReport() }, signal })) {
        if (signal.aborted) return;
        this.#give({ data, errors, made: {} });
        await this.#room();
      }
    } catch (error) {
      failure = { error };
    }
    for (const reader of this.#readers) reader.end(failure);
    this.#readers.clear();
    this.#end();
  }

  #give(event: SubgraphEvent): void {
    if (this.#begun && this.#begun.length < this.options.bufferLimit) this.#begun.push(event);
    else this.#begun = undefined;
    for (const reader of this.#readers) reader.push(event);
  }

  /** The source waits for its only reader; of several, one that stays behind loses its subscription instead. */
  async #room(): Promise<void> {
    const { bufferLimit, patienceMs } = this.options;
    for (;;) {
      const full = [...this.#readers].filter(({ waiting }) => waiting >= bufferLimit);
      if (full.length === 0) return;
      const isAlone = this.#readers.size === 1;
      const waitMs = isAlone ? undefined : Math.min(...full.map(({ behindSince }) => behindSince)) + patienceMs - performance.now();
      if (waitMs === undefined || waitMs > 0) await this.#woken(waitMs);
      else for (const reader of full.filter(({ behindSince }) => behindSince + patienceMs <= performance.now())) this.#giveUp(reader);
    }
  }

  #giveUp(reader: Reader): void {
    reader.fail(subscriberTooSlow());
    this.#readers.delete(reader);
  }

  #woken(withinMs: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #leave(reader: Reader): void {
    this.#readers.delete(reader);
    this.#wake();
    if (this.#readers.size === 0) this.#end();
  }

  #end(): void {
    this.#left.abort();
    this.onEnded();
  }
}

/** The events that wait for one client. */
class Reader implements EventQueue<SubgraphEvent> {
  /** `performance.now()` when something came for a client that had read all before. */
  behindSince = performance.now();
  #waiting: SubgraphEvent[];
  #ended: { readonly failure?: { readonly error: unknown } | undefined } | undefined;
  #wake = (): void => {};

  constructor(
    begun: readonly SubgraphEvent[],
    private readonly onTaken: () => void,
    private readonly onLeft: () => void,
  ) {
    this.#waiting = [...begun];
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  push(event: SubgraphEvent): void {
    if (this.#waiting.length === 0) this.behindSince = performance.now();
    this.#waiting.push(event);
    this.#wake();
  }

  /** What waits is given first. */
  end(failure?: { readonly error: unknown }): void {
    this.#ended ??= { failure };
    this.#wake();
  }

  /** What waits is dropped. */
  fail(error: Error): void {
    this.#waiting = [];
    this.end({ error });
  }

  async next(): Promise<IteratorResult<SubgraphEvent, void>> {
    for (;;) {
      const [first] = this.takeWaiting(1);
      if (first) return { done: false, value: first };
      if (this.#ended?.failure) throw this.#ended.failure.error;
      if (this.#ended) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  takeWaiting(limit: number): SubgraphEvent[] {
    const taken = this.#waiting.splice(0, limit);
    if (taken.length > 0) this.onTaken();
    return taken;
  }

  return(): void {
    this.#waiting = [];
    if (this.#ended) return;
    this.end();
    this.onLeft();
  }
}
