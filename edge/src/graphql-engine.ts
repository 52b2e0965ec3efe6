import { OcopeaError, queryTooExpensive, toClientError } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { ApolloExecutor } from './apollo-executor.js';
import { DocumentCache, type RefusedOperation } from './document-cache.js';
import { DocumentStore } from './document-store.js';
import { boundRequest } from './edge-context.js';
import { defaultEdgeLimits, type EdgeLimits } from './edge-limits.js';
import type { EdgeMetrics } from './edge-metrics.js';
import type { EdgeOptions } from './edge-options.js';
import { KnownDocuments } from './known-documents.js';
import { mutationRecords } from './mutation-audit.js';
import type { OperationCost } from './operation-cost.js';
import { OperationCosts } from './operation-costs.js';
import type { OperationExecutor, PreparedOperation } from './operation-executor.js';
import type { OperationParameters } from './operation-parameters.js';

/** Runs queries and mutations for all doors: what is checked before, and what is recorded after, is the same for each executor. */
export class GraphqlEngine<TContext extends object> {
  private readonly documents: DocumentCache;
  private readonly known: KnownDocuments;
  private readonly store: DocumentStore;
  private readonly costs: OperationCosts;
  private readonly limits: EdgeLimits;

  private constructor(
    private readonly options: EdgeOptions<TContext>,
    private readonly metrics: EdgeMetrics,
    private readonly executor: OperationExecutor<TContext>,
  ) {
    this.limits = { ...defaultEdgeLimits, ...options.limits };
    this.documents = new DocumentCache({ limits: this.limits, introspection: options.introspection ?? true });
    this.known = options.documents ?? new KnownDocuments();
    this.store = new DocumentStore({
      known: this.known,
      safelistOnly: options.safelistOnly ?? false,
      registeredCharacters: this.limits.registeredDocumentCharacters,
    });
    this.costs = new OperationCosts(this.limits, options.spread);
  }

  static async start<TContext extends object>(options: EdgeOptions<TContext>, metrics: EdgeMetrics): Promise<GraphqlEngine<TContext>> {
    const { graphql, introspection = true, log } = options;
    const executor =
      'executor' in graphql
        ? graphql.executor
        : await ApolloExecutor.start<TContext>({ schema: graphql.schema, introspection, log, toClient: (thrown) => toClient(thrown, log) });
    return new GraphqlEngine(options, metrics, executor);
  }

  /** The schema as clients see it, now. */
  get apiSchema(): GraphQLSchema {
    return this.executor.schema();
  }

  /**
   * The operation of a client, or what is wrong with it.
   *
   * @throws QUERY_TOO_DEEP
   * @throws QUERY_TOO_COMPLEX
   * @throws PERSISTED_QUERY_NOT_FOUND
   * @throws DOCUMENT_NOT_SAFELISTED
   */
  prepare(parameters: Pick<OperationParameters, 'query' | 'documentId' | 'apolloHash' | 'operationName'>, principal: Principal): PreparedOperation | RefusedOperation {
    const isOurs = parameters.query !== undefined && this.options.asksForOthers?.(principal) === true;
    const text = isOurs ? parameters.query : this.store.resolve(parameters);
    if (text === undefined) throw new Error('invariant: the parameters of an operation name a document');
    return this.documents.prepare(text, parameters.operationName, this.executor.schema());
  }

  /**
   * What an operation costs. A process of ours is not refused: it has priced what its own caller asked, and what it makes of that is
   * nothing that the caller could ask less of.
   *
   * @throws QUERY_TOO_EXPENSIVE
   */
  admit(operation: PreparedOperation, variables: Record<string, unknown>, principal: Principal): OperationCost {
    const cost = this.costs.of({ ...operation, variables });
    this.metrics.priced(this.known.nameOf(operation.text), cost.cost);
    const isRefused = cost.cost > this.limits.cost && this.options.asksForOthers?.(principal) !== true;
    if (isRefused) throw queryTooExpensive({ ...cost, limit: this.limits.cost });
    return cost;
  }

  /** Several that come at once. @throws QUERY_TOO_EXPENSIVE when they cost too much together */
  admitTogether(operations: readonly { readonly operation: PreparedOperation; readonly variables: Record<string, unknown> }[]): void {
    const costs = operations.map(({ operation, variables }) => this.costs.of({ ...operation, variables }));
    const cost = costs.reduce((sum, each) => sum + each.cost, 0);
    if (cost <= this.limits.cost) return;
    const [dearest] = costs.toSorted((a, b) => b.cost - a.cost);
    throw queryTooExpensive({ cost, limit: this.limits.cost, ...(dearest?.dearest && { dearest: dearest.dearest }) });
  }

  /** The name of a known document, for metrics and traces. */
  nameOf(operation: PreparedOperation | RefusedOperation): string | undefined {
    return 'text' in operation ? this.known.nameOf(operation.text) : undefined;
  }

  /**
   * Runs a query or mutation, and answers what is wrong with one that was refused. Without `data`, nothing was begun.
   *
   * @throws BAD_REQUEST for a subscription
   * @throws QUERY_TOO_EXPENSIVE
   */
  async execute(operation: PreparedOperation | RefusedOperation, variables: Record<string, unknown>, context: TContext): Promise<ExecutionResult> {
    const started = performance.now();
    const isRefused = 'problems' in operation;
    if (!isRefused && operation.operation.operation === 'subscription') throw subscriptionElsewhere();
    const cost = isRefused ? undefined : this.admit(operation, variables, boundRequest(context).principal);
    const result: ExecutionResult = isRefused
      ? { errors: operation.problems.map((problem) => this.toClient(problem)) }
      : await this.executor.execute({ prepared: operation, variables, context });
    const { errors = [] } = result;
    const type = isRefused ? 'unknown' : operation.operation.operation;
    this.metrics.operationEnded(this.nameOf(operation), type, errors.length === 0, performance.now() - started);
    if (!isRefused && type === 'mutation' && result.data !== undefined) await this.audit(operation, errors, context);
    if (errors.length > 0) this.logDefects(errors, context);
    const extensions = this.options.extensions?.(context);
    const isCostAsked = cost !== undefined && boundRequest(context).asked.cost;
    if (extensions === undefined && !isCostAsked) return result;
    return { ...result, extensions: { ...result.extensions, ...extensions, ...(isCostAsked && { cost: { ...cost, limit: this.limits.cost } }) } };
  }

  /** What a client sees of anything thrown; defects go to the log. */
  toClient(thrown: unknown): GraphQLError {
    return toClient(thrown, this.options.log);
  }

  /** The code that a client would see, without a word to the log. */
  codeOf(thrown: unknown): unknown {
    return toClientError(thrown).extensions['code'];
  }

  stop(): Promise<void> {
    return this.executor.stop();
  }

  /** Where a defect was logged, nobody knew the request. */
  private logDefects(errors: readonly GraphQLError[], context: TContext): void {
    const { id, trace } = boundRequest(context);
    for (const { extensions } of errors) {
      if (extensions['code'] !== 'INTERNAL') continue;
      const { correlationId } = extensions;
      this.options.log.error({ requestId: id, correlationId, ...(trace && { traceId: trace.traceId }) }, 'an operation met a defect');
    }
  }

  private async audit({ document, operation }: PreparedOperation, errors: readonly GraphQLError[], context: TContext): Promise<void> {
    for (const record of mutationRecords({ request: boundRequest(context), document, operation, errors })) {
      try {
        await this.options.onMutation?.(record);
      } catch (error) {
        this.options.log.error({ err: error, record }, 'the audit record of a mutation could not be written');
      }
    }
  }
}

function toClient(thrown: unknown, log: EdgeOptions<object>['log']): GraphQLError {
  return toClientError(thrown, {
    onUnexpected: (error, correlationId) => log.error({ err: error, correlationId }, 'a request met a defect'),
  });
}

function subscriptionElsewhere(): OcopeaError {
  return new OcopeaError(
    'BAD_REQUEST',
    'subscriptions go over a WebSocket (protocol graphql-transport-ws) at /graphql, or as server-sent events at /graphql/stream',
  );
}
