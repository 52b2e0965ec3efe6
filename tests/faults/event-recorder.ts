import { isDeepStrictEqual } from 'node:util';
import { OcopeaClient } from '@ocopea/sdk';
import { CuttingProxy, type EndedOperation } from '@ocopea/test-support';
import type { Stream, StreamEvent } from './streams.js';

export interface EventRecorderOptions<Event extends StreamEvent> {
  /** Of the Hub or a Site. */
  readonly port: number;
  readonly token: string;
  readonly stream: Stream<Event>;
}

/**
 * Events by owner, without the cursors. Between owners there is no order, so that a cursor of the Hub, which is a place in
 * each of them, may differ from one reading to the next.
 */
export type Sequences<Event extends StreamEvent> = Readonly<Record<string, readonly Omit<Event, 'cursor'>[]>>;

/**
 * A subscriber that goes on behind its last event whenever it loses its connection, and keeps all that it got. What it
 * should have got is what another one gets that asks for everything behind the first event afterwards.
 */
export class EventRecorder<Event extends StreamEvent> {
  readonly events: Event[] = [];
  readonly #stop = new AbortController();
  #wake: () => void = () => {};
  #failure: unknown;
  #ended: Promise<void> = Promise.resolve();

  private constructor(
    private readonly options: EventRecorderOptions<Event>,
    private readonly proxy: CuttingProxy,
  ) {}

  static async start<Event extends StreamEvent>(options: EventRecorderOptions<Event>): Promise<EventRecorder<Event>> {
    const recorder = new EventRecorder(options, await CuttingProxy.start(options.port));
    recorder.#ended = recorder.#record();
    return recorder;
  }

  /** How often it had to connect. */
  get connections(): number {
    return this.proxy.taken;
  }

  /** Breaks its connection. */
  cut(): void {
    this.proxy.cut();
  }

  /** Resolves when it has been told the end of an operation. */
  async untilEndOf(operation: EndedOperation): Promise<void> {
    const deadline = AbortSignal.timeout(60_000);
    while (!this.events.some((event) => this.options.stream.isEndOf(event, operation))) {
      if (this.#failure !== undefined) throw this.#failure;
      if (deadline.aborted) throw new Error(`nothing told of the end of ${operation.kind} ${operation.id}; the last event was ${JSON.stringify(this.events.at(-1))}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        deadline.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  /** What came behind the first event, over all connections. */
  recorded(): Sequences<Event> {
    return sequencesOf(this.events.slice(1), this.options.stream.ownerOf);
  }

  /** What there is behind the first event, read anew and in one piece, up to the last event of each owner that was recorded. */
  async replayed(): Promise<Sequences<Event>> {
    const { port, token, stream } = this.options;
    const lasts = new Map(Object.entries(this.recorded()).map(([owner, events]) => [owner, events.at(-1)]));
    const awaited = new Set(lasts.keys());
    const replayed: Event[] = [];
    const client = new OcopeaClient({ url: `http://127.0.0.1:${port}`, token });
    try {
      for await (const { event } of client.subscribe(stream.document, { after: this.events[0]!.cursor }, { signal: AbortSignal.timeout(60_000) })) {
        const owner = stream.ownerOf(event);
        if (lasts.has(owner) && !awaited.has(owner)) continue;
        replayed.push(event);
        if (isDeepStrictEqual(withoutCursor(event), lasts.get(owner))) awaited.delete(owner);
        if (awaited.size === 0) break;
      }
    } finally {
      await client.close();
    }
    return sequencesOf(replayed, stream.ownerOf);
  }

  /** @throws what ended the subscription, other than this */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
    await this.proxy.close();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #record(): Promise<void> {
    const client = new OcopeaClient({ url: this.proxy.url, token: this.options.token });
    try {
      for await (const { event } of client.subscribe(this.options.stream.document, {}, { signal: this.#stop.signal })) {
        this.events.push(event);
        this.#wake();
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#wake();
      await client.close();
    }
  }
}

function sequencesOf<Event extends StreamEvent>(events: readonly Event[], ownerOf: (event: Event) => string): Sequences<Event> {
  const owners = new Set(events.map(ownerOf));
  return Object.fromEntries([...owners].map((owner) => [owner, events.filter((event) => ownerOf(event) === owner).map(withoutCursor)]));
}

function withoutCursor<Event extends StreamEvent>({ cursor: _, ...event }: Event): Omit<Event, 'cursor'> {
  return event;
}
