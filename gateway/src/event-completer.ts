import type { GraphQLDataSource } from '@apollo/gateway';
import { SiteReport, type PartitionErrorCode, type PartitionEvent } from '@ocopea/partition';
import { clientErrors } from './client-errors.js';
import { EntityBatches } from './entity-batches.js';
import { EVENT_SOURCE, EventSource, type EventPlan, type RawEvent } from './event-plan.js';
import type { GatewayContext } from './gateway-context.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import type { PreparedOperation } from './operation-cache.js';
import { planVariables } from './planning/rename-variables.js';
import { CURSOR_MARK, SharedEvent } from './shared-event.js';
import { withDeadline } from './with-deadline.js';

export interface EventCompleterOptions {
  readonly generation: GraphGeneration;
  readonly prepared: PreparedOperation;
  readonly plan: EventPlan;
  readonly request: GraphRequest;
  /** All that subgraphs know of the caller. Who has the same gets what was completed for the others; `undefined` shares nothing. */
  readonly identity: string | undefined;
  readonly deadlineMs: number;
  readonly log: GatewayLog;
  /** Called for each event of a Site before it is completed. */
  readonly onEvent: ((siteId: string) => void) | undefined;
}

type MemberEvent = Extract<PartitionEvent, { kind: 'data' }>;

/** By the event as it came: what it was completed to, by operation, and by identity and variables. */
const completedEvents = new WeakMap<object, Map<PreparedOperation, Map<string, Promise<SharedEvent>>>>();

type Sources = ReadonlyMap<string, GraphQLDataSource>;

/** By generation and identity: sources that put the fetches of events together which are completed at once. */
const sharedBatches = new WeakMap<GraphGeneration, Map<string, WeakRef<Sources>>>();

/**
 * Fetches what an event lacks and gives it the client's shape. An event that many clients of the same caller get, by the same
 * document and variables, is completed once.
 */
export class EventCompleter {
  readonly #dataSources: Sources;
  readonly #key: string | undefined;

  constructor(private readonly options: EventCompleterOptions) {
    const { generation, identity, plan } = options;
    this.#key = identity === undefined ? undefined : JSON.stringify([identity, plan.completionVariables]);
    this.#dataSources = identity === undefined ? batchesOf(generation) : sharedBatchesOf(generation, identity);
  }

  /** An event of a subgraph that is not partitioned. */
  async complete(event: RawEvent): Promise<GraphResult> {
    const completed = await withDeadline(this.options.request.context.signal, this.options.deadlineMs, (signal) => this.#run(event, signal));
    return completed.resultFor(undefined, []);
  }

  /** @param missing - Sites whose events are missing now, and why */
  async completeMemberEvent(event: MemberEvent, missing: ReadonlyMap<string, PartitionErrorCode>): Promise<GraphResult> {
    const report = new SiteReport();
    for (const [siteId, code] of missing) report.failed(siteId, code, 0);
    const completed = await this.#shared(event);
    return completed.resultFor(event.cursor, report.entries());
  }

  #shared(event: MemberEvent): Promise<SharedEvent> {
    if (this.#key === undefined) return this.#completeOnce(event, this.options.request.context.signal);
    let ofEvent = completedEvents.get(event.source);
    if (!ofEvent) completedEvents.set(event.source, (ofEvent = new Map()));
    let ofOperation = ofEvent.get(this.options.prepared);
    if (!ofOperation) ofEvent.set(this.options.prepared, (ofOperation = new Map()));
    let completed = ofOperation.get(this.#key);
    // Not this client's signal: the others want it when this one leaves.
    if (!completed) ofOperation.set(this.#key, (completed = this.#completeOnce(event, new AbortController().signal)));
    return completed;
  }

  #completeOnce({ member, source, data, cursorKeys }: MemberEvent, signal: AbortSignal): Promise<SharedEvent> {
    this.options.onEvent?.(member);
    const [[key, value] = ['', null]] = Object.entries(data);
    const marked = value && { ...(value as object), ...Object.fromEntries(cursorKeys.filter((each) => each in (value as object)).map((each) => [each, CURSOR_MARK])) };
    const { errors } = source;
    const raw = { data: { [key]: marked }, errors: errors.length > 0 ? errors : undefined };
    return withDeadline(signal, this.options.deadlineMs, (within) => this.#run(raw, within));
  }

  async #run(event: RawEvent, signal: AbortSignal): Promise<SharedEvent> {
    const { generation, prepared, plan, request, log } = this.options;
    const context: GatewayContext = { ...request.context, signal, siteReport: new SiteReport() };
    const { data, errors } = await generation.executor.execute({
      prepared,
      plan: plan.completion,
      variables: planVariables(prepared.plan.variableNames, request.variables ?? {}),
      dataSources: new Map([...this.#dataSources, [EVENT_SOURCE, new EventSource(event)]]),
      context,
    });
    return new SharedEvent({ data: data ?? null, errors: errors && clientErrors(errors, log), sites: context.siteReport.entries() });
  }
}

function batchesOf({ dataSources }: GraphGeneration): Sources {
  return new Map([...dataSources].map(([name, source]) => [name, new EntityBatches(source)]));
}

function sharedBatchesOf(generation: GraphGeneration, identity: string): Sources {
  let ofGeneration = sharedBatches.get(generation);
  if (!ofGeneration) sharedBatches.set(generation, (ofGeneration = new Map()));
  const known = ofGeneration.get(identity)?.deref();
  if (known) return known;
  // Those of callers who have left are gone by themselves; their names are not.
  for (const [other, sources] of ofGeneration) if (!sources.deref()) ofGeneration.delete(other);
  const batches = batchesOf(generation);
  ofGeneration.set(identity, new WeakRef(batches));
  return batches;
}
