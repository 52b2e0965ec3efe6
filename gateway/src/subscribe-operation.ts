import { subscribePartition, type PartitionDirectory, type PartitionErrorCode, type PartitionEvent, type SharedStreams } from '@ocopea/partition';
import { clientErrors } from './client-errors.js';
import { EventCompleter } from './event-completer.js';
import type { EventPace } from './event-pace.js';
import { eventPlan, type EventPlan } from './event-plan.js';
import type { EventSubjects } from './event-subject.js';
import { executeOperation, isRefused, prepareRequest } from './execute-operation.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import type { PreparedOperation } from './operation-cache.js';
import { planVariables } from './planning/rename-variables.js';
import type { EventQueue } from './event-queue.js';
import { SubgraphStreams } from './subgraph-streams.js';
import { positionReader, type StreamPositions } from './stream-position.js';

export interface SubscribeOptions {
  readonly directory: PartitionDirectory;
  readonly log: GatewayLog;
  /** Called when a member of the partition breaks off while it streams, and when it is back. */
  readonly onMember?: (siteId: string, state: { readonly kind: 'lost'; readonly reason: string } | { readonly kind: 'returned' }) => void;
  /** Called for each event of a member, before its subscriber gets it. */
  readonly onEvent?: (siteId: string) => void;
  /** Streams that may be collapsed for a slow client. @default none */
  readonly eventSubjects?: EventSubjects;
  /** Where a stream stands before its first event. @default a stream without events is resumed at its present state */
  readonly streamPositions?: StreamPositions;
  /** Root fields that tell who subscribes without a cursor of what comes from then on, and of no present state. @default none */
  readonly newsOnly?: readonly string[];
  /** Where the upstreams of all clients are. @default each subscription has its own */
  readonly streams?: SharedStreams;
  /** The same for subgraphs that are not partitioned. @default each subscription has its own */
  readonly subgraphStreams?: SubgraphStreams;
  /** All that subgraphs know of the caller: those with the same share upstreams and completed events. @default nobody shares */
  readonly identityOf?: (context: unknown) => string | undefined;
  /** For what an event lacks and other subgraphs add. @default 10000 */
  readonly completionDeadlineMs?: number;
  /** Events of one subscription that wait for its client. @default 1000 */
  readonly bufferLimit?: number;
  /** How long a client may be behind before a full buffer ends its subscription. @default 2000 */
  readonly patienceMs?: number;
}

/**
 * Answers a subscription with a result per event. A query or mutation is answered with its one result, so that every
 * operation works over a streaming transport.
 *
 * Never throws: a subscription that cannot begin or go on ends with a result that has `errors` alone.
 */
export async function* subscribeOperation(
  generation: GraphGeneration,
  request: GraphRequest,
  options: SubscribeOptions,
): AsyncGenerator<GraphResult, void, void> {
  try {
    const prepared = prepareRequest(generation, request);
    if (isRefused(prepared)) {
      yield prepared;
    } else if (prepared.operation.operation === 'subscription') {
      yield* streamEvents(generation, request, prepared, options);
    } else {
      yield await executeOperation(generation, request, options.log);
    }
  } catch (error) {
    if (!request.context.signal.aborted) yield { errors: clientErrors([error], options.log) };
  }
}

async function* streamEvents(
  generation: GraphGeneration,
  request: GraphRequest,
  prepared: PreparedOperation,
  options: SubscribeOptions,
): AsyncGenerator<GraphResult, void, void> {
  const plan = eventPlan(prepared, planVariables(prepared.plan.variableNames, request.variables ?? {}), options.eventSubjects);
  const { completionDeadlineMs: deadlineMs = 10_000, identityOf, log, newsOnly = [], onEvent, subgraphStreams = new SubgraphStreams() } = options;
  const identity = identityOf?.(request.context);
  const completer = new EventCompleter({ generation, prepared, plan, request, identity, deadlineMs, log, onEvent });
  const subgraph = generation.ordinary.get(plan.subgraph);
  if (!subgraph) return yield* partitionEvents(generation, plan, request, completer, options);
  const { context } = request;
  if (context.signal.aborted) return;
  const events = subgraphStreams.subscribe({ subgraph, request: plan.request, context, identity, tellsNewsOnly: newsOnly.includes(plan.field) });
  const leave = (): void => void events.return();
  context.signal.addEventListener('abort', leave, { once: true });
  try {
    yield* completed(events, (event) => completer.complete(event), plan.lacksNothing ? undefined : completer.pace);
  } finally {
    context.signal.removeEventListener('abort', leave);
  }
}

/** Events of one subscription that are completed at once, when that many wait. */
const AT_ONCE = 250;

/** Members that come and go are noted in the results, and told to the owner of the process. */
async function* partitionEvents(
  generation: GraphGeneration,
  plan: EventPlan,
  request: GraphRequest,
  completer: EventCompleter,
  { directory, bufferLimit, patienceMs, onMember, streamPositions, newsOnly = [], streams, identityOf }: SubscribeOptions,
): AsyncGenerator<GraphResult, void, void> {
  const positionOf = positionReader(plan.field, streamPositions);
  const events = subscribePartition({
    plan: generation.partitionPlan,
    directory,
    request: plan.request,
    context: request.context,
    signal: request.context.signal,
    tellsNewsOnly: newsOnly.includes(plan.field),
    identity: identityOf?.(request.context),
    // `clientErrors` keeps what no Site foresaw from clients, and the log gets it.
    uncodedErrors: 'pass',
    ...(streams ? { streams } : {}),
    ...(plan.subjectOf ? { subjectKey: plan.subjectOf } : {}),
    ...(positionOf ? { positionOf } : {}),
    ...(bufferLimit === undefined ? {} : { bufferLimit }),
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  const missing = new Map<string, PartitionErrorCode>();
  const begin = (event: PartitionEvent): Promise<GraphResult> | undefined => {
    switch (event.kind) {
      case 'data':
        return completer.completeMemberEvent(event, missing);
      case 'member-lost':
        missing.set(event.member, event.code);
        onMember?.(event.member, { kind: 'lost', reason: event.message });
        return undefined;
      case 'member-returned':
        missing.delete(event.member);
        onMember?.(event.member, { kind: 'returned' });
        return undefined;
    }
  };
  yield* completed(events, begin, plan.lacksNothing ? undefined : completer.pace);
}

/**
 * The results of events in their order. Those that wait are completed together; none is taken before its client asks for it, so that
 * what collapses can collapse.
 *
 * @param begin - completes an event; `undefined` for one that has no result
 */
async function* completed<T>(
  events: EventQueue<T>,
  begin: (event: T) => Promise<GraphResult> | undefined,
  pace: EventPace | undefined,
): AsyncGenerator<GraphResult, void, void> {
  try {
    for (;;) {
      const { done, value: first } = await events.next();
      if (done) return;
      const turn = pace?.turn();
      if (turn) await turn;
      const completing = [first, ...events.takeWaiting(AT_ONCE - 1)].flatMap((event) => begin(event) ?? []);
      // One that fails is thrown when it is its turn.
      for (const result of completing) result.catch(() => {});
      for (const result of completing) yield await result;
    }
  } finally {
    await events.return();
  }
}
