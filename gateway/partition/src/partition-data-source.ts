import { setMaxListeners } from 'node:events';
import type { GraphQLDataSource } from '@apollo/gateway';
import { BoundedCache } from './bounded-cache.js';
import type { UncodedErrors } from './fetch-error.js';
import { FetchClock } from './fetch-clock.js';
import { FetchPlan } from './fetch-plan.js';
import { snapshotOf } from './fetch-session.js';
import { MemberCaller } from './member-caller.js';
import { ownerByIdPrefix, type OwnerOf } from './owner-of.js';
import type { PartitionDirectory } from './partition-directory.js';
import type { PartitionPlan } from './partition-plan.js';
import { runFetch } from './run-fetch.js';
import { SiteReport } from './site-report.js';

export interface PartitionDataSourceOptions {
  plan: PartitionPlan;
  directory: PartitionDirectory;
  /** Share one between the data sources of successive plans, so that recomposition forgets no open circuit. */
  caller?: MemberCaller;
  /** @default {@link ownerByIdPrefix} */
  ownerOf?: OwnerOf;
  /** The report of the client request that `context` belongs to. @default `context.siteReport` when it is a SiteReport */
  reportOf?: (context: Record<string, unknown>) => SiteReport | undefined;
  /** Aborted when the client has left. @default `context.signal` when it is an AbortSignal */
  signalOf?: (context: Record<string, unknown>) => AbortSignal | undefined;
  /** From this many members on, connections of entities are asked for keys first and for the page's rows after. @default 3 */
  keysFirstFrom?: number;
  /**
   * Larger pages are asked of each member as they are, not by its share, so that members can refuse them by a limit of their own: no higher than
   * what they allow. @default 500
   */
  sharesUpTo?: number;
  /**
   * For all fetches of one client request together, beside the deadline of each call; what has not come by then is missing as
   * SITE_TIMEOUT. Requests are told apart by their `context`. A mutation is never cut short by it. @default 10000
   */
  requestDeadlineMs?: number;
  /**
   * Errors of members that carry no `extensions.code`, or that of a defect, were not foreseen, and their messages may hold addresses:
   * `mask` replaces them by one of code SITE_ERROR. `pass` is for a process that does the like at its own edge. @default 'mask'
   */
  uncodedErrors?: UncodedErrors;
}

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

/** Distinct fetches that stay compiled. */
const MAX_FETCH_PLANS = 2_000;

/** The data source of the partitioned subgraph for `buildService` of `@apollo/gateway`. */
export class PartitionDataSource implements GraphQLDataSource {
  readonly #caller: MemberCaller;
  /** When the first fetch of each client request began. */
  readonly #began = new WeakMap<object, number>();
  readonly #fetchPlans = new BoundedCache<string, FetchPlan>(MAX_FETCH_PLANS);

  constructor(readonly options: PartitionDataSourceOptions) {
    this.#caller = options.caller ?? new MemberCaller();
  }

  /** Resolves with partial data and an error for each member that did not answer; rejects on defects of this process only. */
  async process({ request, context }: Pick<ProcessOptions, 'request'> & { context?: Record<string, unknown> }): Promise<ProcessResult> {
    const { plan, directory, ownerOf = ownerByIdPrefix, reportOf = reportIn, signalOf = signalIn, keysFirstFrom = 3, sharesUpTo = 500, uncodedErrors = 'mask' } = this.options;
    const query = request.query ?? '';
    const fetchPlan = this.#fetchPlans.get(query, () => new FetchPlan(plan, query));
    const variables = fetchPlan.withDefaults(request.variables);
    const fetch = fetchPlan.active(variables);
    const clock = new FetchClock();
    const cancelled = cancellation(context && signalOf(context));
    const { data, errors } = await runFetch({
      plan,
      fetch,
      variables,
      ...snapshotOf(directory),
      caller: this.#caller,
      clock,
      deadlineAt: fetch.operation === 'mutation' ? undefined : this.#deadlineOf(context),
      ownerOf,
      context,
      signal: cancelled.signal,
      report: context && reportOf(context),
      keysFirstFrom,
      sharesUpTo,
      uncodedErrors,
    }).finally(cancelled.release);
    const operation = fetch.operation === 'mutation' ? 'mutation' : 'query';
    this.#caller.observer.fetchEnded({ operation, ...clock.read(), errors: errors.length, context });
    return (errors.length > 0 ? { data, errors } : { data }) as ProcessResult;
  }

  #deadlineOf(context: object | undefined): number {
    const now = performance.now();
    const began = (context && this.#began.get(context)) ?? now;
    if (context) this.#began.set(context, began);
    return began + (this.options.requestDeadlineMs ?? 10_000);
  }
}

/** A signal for one fetch: each of hundreds of calls listens to it, which the client's own is not made for. */
function cancellation(client: AbortSignal | undefined): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const cancel = (): void => controller.abort();
  if (client?.aborted) cancel();
  client?.addEventListener('abort', cancel, { once: true });
  return { signal: controller.signal, release: () => client?.removeEventListener('abort', cancel) };
}

function reportIn({ siteReport }: Record<string, unknown>): SiteReport | undefined {
  return siteReport instanceof SiteReport ? siteReport : undefined;
}

function signalIn({ signal }: Record<string, unknown>): AbortSignal | undefined {
  return signal instanceof AbortSignal ? signal : undefined;
}
