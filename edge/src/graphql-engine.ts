import {
  ApolloServer,
  HeaderMap,
  type ApolloServerPlugin,
  type HTTPGraphQLRequest,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { toClientError } from '@ocopea/graph';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { boundRequest } from './edge-context.js';
import type { EdgeMetrics } from './edge-metrics.js';
import type { EdgeOptions } from './edge-options.js';
import { mutationRecords } from './mutation-audit.js';
import type { OperationParameters } from './operation-parameters.js';

/** Executes queries and mutations through Apollo Server, and knows the schema that subscriptions are validated against. */
export class GraphqlEngine<TContext extends object> {
  private schema: GraphQLSchema | undefined;
  private readonly apollo: ApolloServer<TContext>;

  private constructor(
    private readonly options: EdgeOptions<TContext>,
    private readonly metrics: EdgeMetrics,
  ) {
    this.apollo = new ApolloServer<TContext>({
      ...(options.graphql as { schema: GraphQLSchema }),
      introspection: options.introspection ?? true,
      hideSchemaDetailsFromClientErrors: options.introspection === false,
      csrfPrevention: true,
      includeStacktraceInErrorResponses: false,
      persistedQueries: false,
      // The process has handlers of its own, and closes more than this.
      stopOnTerminationSignals: false,
      logger: apolloLogger(options.log),
      formatError: (_formatted, error) => this.toClient(error).toJSON(),
      plugins: [
        // Nothing is reported to anyone, whatever APOLLO_* variables the environment has.
        ApolloServerPluginUsageReportingDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        this.plugin(),
      ],
    });
  }

  static async start<TContext extends object>(
    options: EdgeOptions<TContext>,
    metrics: EdgeMetrics,
  ): Promise<GraphqlEngine<TContext>> {
    const engine = new GraphqlEngine(options, metrics);
    await engine.apollo.start();
    return engine;
  }

  /** The schema as clients see it, now. */
  get apiSchema(): GraphQLSchema {
    if (this.schema === undefined) throw new Error('invariant: the engine was asked before it had a schema');
    return this.schema;
  }

  executeHttp(
    request: Omit<HTTPGraphQLRequest, 'headers'> & { headers: Iterable<[string, string]> },
    context: TContext,
  ): Promise<HTTPGraphQLResponse> {
    return this.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { ...request, headers: new HeaderMap(request.headers) },
      context: async () => context,
    });
  }

  async execute(
    { query, operationName, variables }: Omit<OperationParameters, 'isReadOnly'>,
    context: TContext,
  ): Promise<ExecutionResult> {
    const { body } = await this.apollo.executeOperation(
      { query, variables, ...(operationName !== undefined && { operationName }) },
      { contextValue: context },
    );
    if (body.kind !== 'single') throw new Error('invariant: @defer and @stream are not in the schema');
    const { errors, ...result } = body.singleResult;
    return errors === undefined ? result : { ...result, errors: errors.map((error) => new FormattedError(error)) };
  }

  /** What a client sees of anything thrown; defects go to the log. */
  toClient(thrown: unknown): GraphQLError {
    return toClientError(thrown, {
      onUnexpected: (error, correlationId) => this.options.log.error({ err: error, correlationId }, 'a request met a defect'),
    });
  }

  stop(): Promise<void> {
    return this.apollo.stop();
  }

  private plugin(): ApolloServerPlugin<TContext> {
    return {
      serverWillStart: async () => ({
        schemaDidLoadOrUpdate: ({ apiSchema }) => {
          this.schema = apiSchema;
        },
      }),
      requestDidStart: async () => {
        const started = performance.now();
        return {
          didResolveOperation: async ({ operation }) => {
            if (operation?.operation === 'subscription') throw subscriptionElsewhere();
          },
          willSendResponse: async ({ contextValue, document, operation, response }) => {
            if (response.body.kind !== 'single') return;
            const result = response.body.singleResult;
            const errors = result.errors ?? [];
            this.metrics.operationEnded(undefined, operation?.operation ?? 'unknown', errors.length === 0, performance.now() - started);
            const extensions = this.options.extensions?.(contextValue);
            if (extensions !== undefined) result.extensions = { ...result.extensions, ...extensions };
            if (operation?.operation === 'mutation' && document !== undefined && 'data' in result) {
              await this.audit(mutationRecords({ request: boundRequest(contextValue), document, operation, errors }));
            }
          },
        };
      },
    };
  }

  private async audit(records: ReturnType<typeof mutationRecords>): Promise<void> {
    for (const record of records) {
      try {
        await this.options.onMutation?.(record);
      } catch (error) {
        this.options.log.error({ err: error, record }, 'the audit record of a mutation could not be written');
      }
    }
  }
}

/** An error that went through {@link GraphqlEngine.toClient} and lost its nodes on the way. */
class FormattedError extends GraphQLError {
  constructor(private readonly formatted: GraphQLFormattedError) {
    super(formatted.message, { extensions: formatted.extensions ?? null, path: formatted.path ?? null });
  }

  override toJSON(): GraphQLFormattedError {
    return this.formatted;
  }
}

function subscriptionElsewhere(): GraphQLError {
  return new GraphQLError(
    'subscriptions go over a WebSocket (protocol graphql-transport-ws) at /graphql, or as server-sent events at /graphql/stream',
    { extensions: { code: 'BAD_REQUEST', http: { status: 400, headers: new HeaderMap() } } },
  );
}

function apolloLogger(log: EdgeOptions<object>['log']) {
  const to = (level: 'debug' | 'info' | 'warn' | 'error') => (message: unknown) =>
    log[level]({ from: 'apollo' }, String(message));
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}
