import { subscribePartition, SiteReport, type PartitionDirectory, type PartitionErrorCode } from '@ocopea/partition';
import { clientErrors } from './client-errors.js';
import { EVENT_SOURCE, EventSource, eventPlan, type EventPlan, type RawEvent } from './event-plan.js';
import type { EventSubjects } from './event-subject.js';
import { executeOperation, isRefused, prepareRequest } from './execute-operation.js';
import type { GatewayContext } from './gateway-context.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import type { PreparedOperation } from './operation-cache.js';
import { positionReader, type StreamPositions } from './stream-position.js';
import { withDeadline } from './with-deadline.js';

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
  /** For what an event lacks and other subgraphs add. @default 10000 */
  readonly completionDeadlineMs?: number;
  /** Events of one subscription that wait for its client. @default 1000 */
  readonly bufferLimit?: number;
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
  const plan = eventPlan(prepared, request.variables ?? {}, options.eventSubjects);
  const missing = new Map<string, PartitionErrorCode>();
  const subgraph = generation.ordinary.get(plan.subgraph);
  const events = subgraph
    ? subgraph.subscribe(plan.request, { context: request.context, signal: request.context.signal })
    : partitionEvents(generation, plan, request, options, missing);
  for await (const event of events) {
    yield await withDeadline(request.context.signal, options.completionDeadlineMs ?? 10_000, (signal) =>
      completeEvent({ generation, prepared, plan, event: { data: event.data, errors: event.errors }, request, signal, missing, log: options.log }),
    );
  }
}

/** The events alone: members that come and go are noted in `missing` and told to the owner of the process. */
async function* partitionEvents(
  generation: GraphGeneration,
  plan: EventPlan,
  request: GraphRequest,
  { directory, bufferLimit, onMember, onEvent, streamPositions }: SubscribeOptions,
  missing: Map<string, PartitionErrorCode>,
): AsyncGenerator<RawEvent, void, void> {
  const positionOf = positionReader(plan.request.query, streamPositions);
  const events = subscribePartition({
    plan: generation.partitionPlan,
    directory,
    request: plan.request,
    context: request.context,
    signal: request.context.signal,
    ...(plan.subjectOf ? { subjectKey: plan.subjectOf } : {}),
    ...(positionOf ? { positionOf } : {}),
    ...(bufferLimit === undefined ? {} : { bufferLimit }),
  });
  for await (const event of events) {
    switch (event.kind) {
      case 'data':
        onEvent?.(event.member);
        yield event;
        break;
      case 'member-lost':
        missing.set(event.member, event.code);
        onMember?.(event.member, { kind: 'lost', reason: event.message });
        break;
      case 'member-returned':
        missing.delete(event.member);
        onMember?.(event.member, { kind: 'returned' });
        break;
    }
  }
}

interface CompleteEvent {
  readonly generation: GraphGeneration;
  readonly prepared: PreparedOperation;
  readonly plan: EventPlan;
  readonly event: RawEvent;
  readonly request: GraphRequest;
  readonly signal: AbortSignal;
  readonly missing: ReadonlyMap<string, PartitionErrorCode>;
  readonly log: GatewayLog;
}

/** Fetches what the event lacks and gives it the client's shape. `extensions.sites` is there when Sites were asked or are missing. */
async function completeEvent({ generation, prepared, plan, event, request, signal, missing, log }: CompleteEvent): Promise<GraphResult> {
  const context: GatewayContext = { ...request.context, signal, siteReport: new SiteReport() };
  const { data, errors } = await generation.executor.execute({
    prepared,
    plan: plan.completion,
    variables: request.variables ?? {},
    dataSources: new Map([...generation.dataSources, [EVENT_SOURCE, new EventSource(event)]]),
    context,
  });
  for (const [siteId, code] of missing) context.siteReport.failed(siteId, code, 0);
  const sites = context.siteReport.entries();
  return {
    data: data ?? null,
    ...(errors ? { errors: clientErrors(errors, log) } : {}),
    ...(sites.length > 0 ? { extensions: { sites } } : {}),
  };
}
