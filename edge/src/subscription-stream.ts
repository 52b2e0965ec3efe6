import { subscriberTooSlow } from '@ocopea/graph';
import { getOperationAST, parse, specifiedRules, validate, type DocumentNode, type ExecutionResult } from 'graphql';
import { checkDocument } from './check-document.js';
import { bindRequest } from './edge-context.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import type { OperationParameters } from './graphql-engine.js';

/** A validated operation: one result, or a stream of them. */
export type Started = { readonly kind: 'result'; readonly result: ExecutionResult } | { readonly kind: 'stream'; readonly stream: SubscriptionStream };

/**
 * Starts any operation for a client that stays connected. Queries and mutations take the same way as over HTTP; subscriptions are
 * parsed and validated here.
 *
 * @throws QUERY_TOO_DEEP
 * @throws QUERY_TOO_COMPLEX
 * @throws GraphQLError[] what validation finds
 */
export async function startOperation<TContext extends object>(
  parameters: OperationParameters,
  request: EdgeRequest,
  services: EdgeServices<TContext>,
): Promise<Started> {
  const { engine, limits, options } = services;
  checkDocument(parameters.query, limits);
  const document = subscriptionDocument(parameters);
  const context = bindRequest(await options.context(request), request);
  if (document === undefined) return { kind: 'result', result: await engine.execute(parameters, context) };

  const problems = validate(engine.apiSchema, document, specifiedRules, { maxErrors: 20 });
  if (problems.length > 0) return { kind: 'result', result: { errors: problems.map((problem) => engine.toClient(problem)) } };
  const started = await options.subscribe({
    document,
    operationName: parameters.operationName,
    variables: parameters.variables,
    context,
    signal: request.signal,
  });
  if (!(Symbol.asyncIterator in started)) return { kind: 'result', result: toClientResult(started, services) };
  return { kind: 'stream', stream: new SubscriptionStream(started[Symbol.asyncIterator](), request, services as EdgeServices<never>) };
}

/** The document when its operation is a subscription. One that does not parse is for Apollo Server to answer. */
function subscriptionDocument({ query, operationName }: OperationParameters): DocumentNode | undefined {
  try {
    const document = parse(query);
    return getOperationAST(document, operationName)?.operation === 'subscription' ? document : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The events of one subscription, pulled one at a time by the socket that carries them. Errors come as a last result, so that
 * clients see their code. Between two pulls the source is left alone: its own buffer is what is bounded. A client that takes
 * longer than the limit for one event loses the subscription, and its source is released at once.
 */
export class SubscriptionStream implements AsyncGenerator<ExecutionResult, void, undefined> {
  private state: 'running' | 'too-slow' | 'ended' = 'running';
  private patience: NodeJS.Timeout | undefined;
  private lastCursor: string | undefined;

  constructor(
    private readonly source: AsyncIterator<ExecutionResult>,
    private readonly request: EdgeRequest,
    private readonly services: EdgeServices<never>,
  ) {
    services.metrics.subscriptionStarted(request.transport);
    request.signal.addEventListener('abort', this.onAbort, { once: true });
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    clearTimeout(this.patience);
    if (this.state === 'too-slow') {
      this.state = 'ended';
      return { done: false, value: this.failure(subscriberTooSlow(this.lastCursor)) };
    }
    if (this.state === 'ended') return { done: true, value: undefined };
    try {
      const event = await this.source.next();
      if (event.done === true) return this.end();
      this.lastCursor = cursorOf(event.value) ?? this.lastCursor;
      this.patience = setTimeout(() => this.giveUp(), this.services.limits.slowSubscriberMs);
      return { done: false, value: toClientResult(event.value, this.services) };
    } catch (error) {
      if (this.request.signal.aborted) return this.end();
      const value = this.failure(error);
      this.end();
      return { done: false, value };
    }
  }

  /** The client does not want more. Does not wait for a source that is waiting for its next event. */
  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    clearTimeout(this.patience);
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
    await this.return();
  }

  private readonly onAbort = () => void this.end();

  private giveUp(): void {
    this.end();
    this.state = 'too-slow';
    this.services.options.log.warn({ requestId: this.request.id }, 'a subscriber was too slow and lost its subscription');
  }

  private end(): IteratorResult<ExecutionResult, void> {
    if (this.state === 'running') {
      this.state = 'ended';
      this.services.metrics.subscriptionEnded(this.request.transport);
      this.request.signal.removeEventListener('abort', this.onAbort);
      // Not awaited: a generator that waits for an event returns only after it. The signal is what ends that wait.
      void this.source.return?.().catch(() => undefined);
    }
    return { done: true, value: undefined };
  }

  private failure(error: unknown): ExecutionResult {
    return { errors: [this.services.engine.toClient(error)] };
  }
}

function toClientResult(result: ExecutionResult, { engine }: Pick<EdgeServices<never>, 'engine'>): ExecutionResult {
  return result.errors === undefined ? result : { ...result, errors: result.errors.map((error) => engine.toClient(error)) };
}

/** The `cursor` of the event, where it has one, so that a client that was cut off learns where to resume. */
function cursorOf({ data }: ExecutionResult): string | undefined {
  for (const event of Object.values(data ?? {})) {
    const cursor = (event as { cursor?: unknown } | null)?.cursor;
    if (typeof cursor === 'string') return cursor;
  }
  return undefined;
}
