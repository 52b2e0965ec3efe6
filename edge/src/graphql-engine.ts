import { OcopeaError, toClientError } from '@ocopea/graph';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import { ApolloExecutor } from './apollo-executor.js';
import { DocumentCache, type RefusedOperation } from './document-cache.js';
import { boundRequest } from './edge-context.js';
import { defaultEdgeLimits } from './edge-limits.js';
import type { EdgeMetrics } from './edge-metrics.js';
import type { EdgeOptions } from './edge-options.js';
import { mutationRecords } from './mutation-audit.js';
import type { OperationExecutor, PreparedOperation } from './operation-executor.js';
import type { OperationParameters } from './operation-parameters.js';

/** Runs queries and mutations for all doors: what is checked before, and what is recorded after, is the same for each executor. */
export class GraphqlEngine<TContext extends object> {
  private readonly documents: DocumentCache;

  private constructor(
    private readonly options: EdgeOptions<TContext>,
    private readonly metrics: EdgeMetrics,
    private readonly executor: OperationExecutor<TContext>,
  ) {
    this.documents = new DocumentCache({
      limits: { ...defaultEdgeLimits, ...options.limits },
      introspection: options.introspection ?? true,
    });
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
   */
  prepare({ query, operationName }: Pick<OperationParameters, 'query' | 'operationName'>): PreparedOperation | RefusedOperation {
    return this.documents.prepare(query, operationName, this.executor.schema());
  }

  /**
   * Runs a query or mutation, and answers what is wrong with one that was refused. Without `data`, nothing was begun.
   *
   * @throws BAD_REQUEST for a subscription
   */
  async execute(operation: PreparedOperation | RefusedOperation, variables: Record<string, unknown>, context: TContext): Promise<ExecutionResult> {
    const started = performance.now();
    const isRefused = 'problems' in operation;
    if (!isRefused && operation.operation.operation === 'subscription') throw subscriptionElsewhere();
    const result: ExecutionResult = isRefused
      ? { errors: operation.problems.map((problem) => this.toClient(problem)) }
      : await this.executor.execute({ prepared: operation, variables, context });
    const { errors = [] } = result;
    const type = isRefused ? 'unknown' : operation.operation.operation;
    this.metrics.operationEnded(undefined, type, errors.length === 0, performance.now() - started);
    if (!isRefused && type === 'mutation' && result.data !== undefined) await this.audit(operation, errors, context);
    const extensions = this.options.extensions?.(context);
    return extensions === undefined ? result : { ...result, extensions: { ...result.extensions, ...extensions } };
  }

  /** What a client sees of anything thrown; defects go to the log. */
  toClient(thrown: unknown): GraphQLError {
    return toClient(thrown, this.options.log);
  }

  stop(): Promise<void> {
    return this.executor.stop();
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
