import { followMember, type BackoffOptions, type SubscriptionRefusedError } from './member-stream.js';
import type { UncodedErrors } from './fetch-error.js';
import type { PartitionError } from './partition-error.js';
import type { MemberRequest, MemberResult, PartitionMember } from './partition-member.js';

/** What an upstream tells of. */
export interface UpstreamListener {
  onBegun(place: string): void;
  onResult(result: MemberResult): void;
  onLost(error: PartitionError): void;
  onReturned(): void;
  onRefused(error: SubscriptionRefusedError): void;
  /** The member has completed a finite stream. */
  onEnded(): void;
}

export interface UpstreamOptions {
  readonly member: PartitionMember;
  readonly requestAfter: (cursor: string | undefined) => MemberRequest;
  /** The cursor to begin behind. */
  readonly after: string | undefined;
  /** Where the stream stands now; asked for before one is begun without a cursor. */
  readonly position: ((signal: AbortSignal) => Promise<string | undefined>) | undefined;
  /** Of a subscriber that is there now: asked for at each attempt. */
  readonly context: () => unknown;
  readonly isFinite: boolean;
  readonly backoff: BackoffOptions;
  readonly uncodedErrors: UncodedErrors;
}

/** One subscription at one member, taken up again behind its last event whenever it is lost. */
export class StreamUpstream {
  /** Who is told; another one when this upstream takes the place of another. */
  listener: UpstreamListener;
  readonly #ended = new AbortController();
  #last: string | undefined;
  #begun: string | undefined;
  /** The first cursor of the attempt that runs. As long as no other came, events may belong to a snapshot of this one place. */
  #first: string | undefined;
  #isPastFirst = false;

  constructor(
    readonly options: UpstreamOptions,
    listener: UpstreamListener,
  ) {
    this.listener = listener;
    this.#last = options.after;
  }

  /** The cursor of the last event, or the one that it began behind. */
  get last(): string | undefined {
    return this.#last;
  }

  /** Whether the last event was certainly a change, and not one part of the present state. */
  get isPastSnapshot(): boolean {
    return this.#isPastFirst;
  }

  start(): void {
    const { member, isFinite, backoff, uncodedErrors } = this.options;
    const { signal } = this.#ended;
    void followMember({
      member,
      request: () => this.#request(),
      context: this.options.context,
      signal,
      backoff,
      isFinite,
      uncodedErrors,
      onEvent: (result) => this.listener.onResult(result),
      onLost: (error) => this.listener.onLost(error),
      onReturned: () => this.listener.onReturned(),
      onRefused: (error) => this.listener.onRefused(error),
    }).then(() => {
      if (!signal.aborted) this.listener.onEnded();
    });
  }

  /** Called with the cursor of each event. */
  received(cursor: string): void {
    this.#last = cursor;
    this.#isPastFirst ||= this.#first !== undefined && this.#first !== cursor;
    this.#first ??= cursor;
  }

  stop(): void {
    this.#ended.abort();
  }

  async #request(): Promise<MemberRequest> {
    this.#first = undefined;
    this.#isPastFirst = false;
    const after = this.#last ?? this.#begun;
    if (after === undefined) await this.#noteBeginning();
    return this.options.requestAfter(after);
  }

  async #noteBeginning(): Promise<void> {
    const { signal } = this.#ended;
    this.#begun = await this.options.position?.(signal).catch(() => undefined);
    if (this.#begun !== undefined && !signal.aborted) this.listener.onBegun(this.#begun);
  }
}
