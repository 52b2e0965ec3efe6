import { subscriberTooSlow } from '@ocopea/graph';
import type { ExecutionResult, GraphQLError } from 'graphql';

export interface SubscriptionStreamOptions {
  readonly source: AsyncIterable<ExecutionResult>;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  /** For the client to take one event. */
  readonly slowSubscriberMs: number;
  readonly toClient: (error: unknown) => GraphQLError;
  readonly onTooSlow: () => void;
  /**
   * Called once, however the stream ends; must end the source's waiting for its next event.
   *
   * @param events - results that were given
   * @param code - of the error that it ended with
   */
  readonly onEnded: (events: number, code?: string) => void;
}

/**
 * The events of one subscription, pulled one at a time by the socket that carries them. Errors come as a last result, so that
 * clients see their code. Between two pulls the source is left alone: its own buffer is what is bounded. A client that takes
 * longer than the limit for one event loses the subscription, and its source is released at once.
 */
export class SubscriptionStream implements AsyncGenerator<ExecutionResult, void, undefined> {
  private readonly source: AsyncIterator<ExecutionResult>;
  private state: 'running' | 'too-slow' | 'ended' = 'running';
  private patience: NodeJS.Timeout | undefined;
  private lastCursor: string | undefined;
  private events = 0;
  private lastCode: string | undefined;

  constructor(private readonly options: SubscriptionStreamOptions) {
    this.source = options.source[Symbol.asyncIterator]();
    if (options.signal.aborted) this.end();
    else options.signal.addEventListener('abort', this.onAbort, { once: true });
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    clearTimeout(this.patience);
    if (this.state === 'too-slow') {
      this.state = 'ended';
      return { done: false, value: { errors: [this.options.toClient(subscriberTooSlow(this.lastCursor))] } };
    }
    if (this.state === 'ended') return done;
    try {
      const event = await this.source.next();
      if (event.done === true) return this.end(this.lastCode);
      this.events++;
      this.lastCode = codeOfFailure(event.value);
      this.lastCursor = cursorOf(event.value) ?? this.lastCursor;
      this.patience = setTimeout(() => this.giveUp(), this.options.slowSubscriberMs);
      return { done: false, value: toClientResult(event.value, this.options.toClient) };
    } catch (error) {
      const isUnwanted = this.options.signal.aborted;
      if (isUnwanted) return this.end();
      const refusal = this.options.toClient(error);
      this.end(String(refusal.extensions['code']));
      return { done: false, value: { errors: [refusal] } };
    }
  }

  /** The client does not want more. Does not wait for a source that is waiting for its next event. */
  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    return this.end();
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult, void>> {
    this.end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
  }

  private readonly onAbort = () => void this.end();

  private giveUp(): void {
    this.end('SUBSCRIBER_TOO_SLOW');
    this.state = 'too-slow';
    this.options.onTooSlow();
  }

  private end(code?: string): IteratorResult<ExecutionResult, void> {
    clearTimeout(this.patience);
    if (this.state !== 'running') return done;
    this.state = 'ended';
    this.options.signal.removeEventListener('abort', this.onAbort);
    // Not awaited: a generator that waits for an event returns only after it, and `onEnded` ends that wait.
    void this.source.return?.().catch(() => undefined);
    this.options.onEnded(this.events, code);
    return done;
  }
}

const done: IteratorResult<never, void> = { done: true, value: undefined };

/** The result with its errors as clients may see them. */
export function toClientResult(result: ExecutionResult, toClient: (error: unknown) => GraphQLError): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.map(toClient) };
}

/** Of a result that has no data: a source that cannot go on ends with one. */
function codeOfFailure({ data, errors }: ExecutionResult): string | undefined {
  return data === undefined && errors?.[0] ? String(errors[0].extensions['code'] ?? 'INTERNAL') : undefined;
}

/** The `cursor` of the event, where it has one, so that a client that was cut off learns where to resume. */
function cursorOf({ data }: ExecutionResult): string | undefined {
  for (const event of Object.values(data ?? {})) {
    const cursor = (event as { cursor?: unknown } | null)?.cursor;
    if (typeof cursor === 'string') return cursor;
  }
  return undefined;
}
