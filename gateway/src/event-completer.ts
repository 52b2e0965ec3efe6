import { beginSpan, endSpan, type RequestTrace } from '@ocopea/edge';
import { SiteReport, type MadeOfEvent, type PartitionErrorCode, type PartitionEvent } from '@ocopea/partition';
import { clientErrors } from './client-errors.js';
import { EventCompany } from './event-company.js';
import type { EventPace } from './event-pace.js';
import { EVENT_SOURCE, EventSource, type EventPlan, type RawEvent } from './event-plan.js';
import type { GatewayContext } from './gateway-context.js';
import type { GatewayLog } from './gateway-log.js';
import type { GraphGeneration } from './graph-generation.js';
import type { GraphRequest, GraphResult } from './graph-request.js';
import type { PreparedOperation } from './operation-cache.js';
import { planVariables } from './planning/rename-variables.js';
import type { SubgraphEvent } from './subgraph-streams.js';
import { CURSOR_MARK, SharedEvent } from './shared-event.js';

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

/** A subscription may have thousands of events a second: of those that are completed in this time, one is traced. */
const TRACED_EVERY_MS = 1_000;

type MemberEvent = Extract<PartitionEvent, { kind: 'data' }>;

/** What an event was completed to, by operation, and by identity and variables. */
type Completions = Map<PreparedOperation, Map<string, Promise<SharedEvent>>>;

/**
 * Fetches what an event lacks and gives it the client's shape. An event that many clients of the same caller get, by the same
 * document and variables, is completed once.
 */
export class EventCompleter {
  readonly #company: EventCompany;
  readonly #key: string | undefined;
  #tracedAt = -Infinity;

  constructor(private readonly options: EventCompleterOptions) {
    const { generation, identity, plan } = options;
    this.#key = identity === undefined ? undefined : JSON.stringify([identity, plan.completionVariables]);
    this.#company = EventCompany.of(generation, identity);
  }

  /** When events that lack something are to be completed. */
  get pace(): EventPace {
    return this.#company.pace;
  }

  /** An event of a subgraph that is not partitioned. */
  async complete(event: SubgraphEvent): Promise<GraphResult> {
    const completed = await this.#shared(event.made, (leaving) => this.#company.within(this.options.deadlineMs, leaving, (signal) => this.#run(event, signal)));
    return completed.resultFor(undefined, []);
  }

  /** @param missing - Sites whose events are missing now, and why */
  async completeMemberEvent(event: MemberEvent, missing: ReadonlyMap<string, PartitionErrorCode>): Promise<GraphResult> {
    const report = new SiteReport();
    for (const [siteId, code] of missing) report.failed(siteId, code, 0);
    const completed = await this.#shared(event.source.made, (leaving) => this.#completeOnce(event, leaving));
    return completed.resultFor(event.cursor, report.entries());
  }

  /** @param complete - given a signal, where it is for this client alone: the others want it when this one leaves */
  #shared(made: MadeOfEvent, complete: (leaving: AbortSignal | undefined) => Promise<SharedEvent>): Promise<SharedEvent> {
    if (this.#key === undefined) return complete(this.options.request.context.signal);
    const ofEvent = (made.completed ??= new Map()) as Completions;
    let ofOperation = ofEvent.get(this.options.prepared);
    if (!ofOperation) ofEvent.set(this.options.prepared, (ofOperation = new Map()));
    let completed = ofOperation.get(this.#key);
    if (!completed) ofOperation.set(this.#key, (completed = complete(undefined)));
    return completed;
  }

  #completeOnce({ member, source, data, cursorKeys }: MemberEvent, signal: AbortSignal | undefined): Promise<SharedEvent> {
    this.options.onEvent?.(member);
    const [[key, value] = ['', null]] = Object.entries(data);
    const marked = value && { ...(value as object), ...Object.fromEntries(cursorKeys.filter((each) => each in (value as object)).map((each) => [each, CURSOR_MARK])) };
    const { errors } = source;
    const raw = { data: { [key]: marked }, errors: errors.length > 0 ? errors : undefined };
    return this.#company.within(this.options.deadlineMs, signal, (within) => this.#run(raw, within));
  }

  async #run(event: RawEvent, signal: AbortSignal): Promise<SharedEvent> {
    const { generation, prepared, plan, request, log } = this.options;
    const span = this.#beginSpan();
    const context: GatewayContext = { ...request.context, signal, siteReport: new SiteReport(), trace: span };
    const { data, errors } = await generation.executor
      .execute({
        prepared,
        plan: plan.completion,
        variables: planVariables(prepared.plan.variableNames, request.variables ?? {}),
        dataSources: new Map([...this.#company.sources, [EVENT_SOURCE, new EventSource(event)]]),
        context,
      })
      .finally(() => endSpan(span));
    return new SharedEvent({ data: data ?? null, errors: errors && clientErrors(errors, log), sites: context.siteReport.entries() });
  }

  #beginSpan(): RequestTrace | undefined {
    const above = this.options.request.context.trace;
    const now = performance.now();
    if (above === undefined || now - this.#tracedAt < TRACED_EVERY_MS) return undefined;
    this.#tracedAt = now;
    return beginSpan('event', above, {});
  }
}
