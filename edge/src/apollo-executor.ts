import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Logger } from './logger.js';
import type { OperationCall, OperationExecutor } from './operation-executor.js';

export interface ApolloExecutorOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly log: Logger;
  /** What a client sees of anything thrown. */
  readonly toClient: (thrown: unknown) => GraphQLError;
}

/** Runs the operations of a schema through Apollo Server. Its HTTP part is not used: the doors are the same for all executors. */
export class ApolloExecutor<TContext extends object> implements OperationExecutor<TContext> {
  private constructor(
    private readonly apollo: ApolloServer<TContext>,
    private readonly itsSchema: GraphQLSchema,
  ) {}

  static async start<TContext extends object>({ schema, introspection, log, toClient }: ApolloExecutorOptions): Promise<ApolloExecutor<TContext>> {
    const apollo = new ApolloServer<TContext>({
      schema,
      introspection,
      hideSchemaDetailsFromClientErrors: !introspection,
      includeStacktraceInErrorResponses: false,
      persistedQueries: false,
      // The process has handlers of its own, and closes more than this.
      stopOnTerminationSignals: false,
      logger: apolloLogger(log),
      formatError: (_formatted, error) => toClient(error).toJSON(),
      plugins: [
        // Nothing is reported to anyone, whatever APOLLO_* variables the environment has.
        ApolloServerPluginUsageReportingDisabled(),
        ApolloServerPluginSchemaReportingDisabled(),
        ApolloServerPluginInlineTraceDisabled(),
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
      ],
    });
    await apollo.start();
    return new ApolloExecutor(apollo, schema);
  }

  schema(): GraphQLSchema {
    return this.itsSchema;
  }

  async execute({ prepared: { text, operationName }, variables, context }: OperationCall<TContext>): Promise<ExecutionResult> {
    const { body } = await this.apollo.executeOperation(
      { query: text, variables, ...(operationName !== undefined && { operationName }) },
      { contextValue: context },
    );
    if (body.kind !== 'single') throw new Error('invariant: @defer and @stream are not in the schema');
    const { errors, ...result } = body.singleResult;
    return errors === undefined ? result : { ...result, errors: errors.map((error) => new FormattedError(error)) };
  }

  stop(): Promise<void> {
    return this.apollo.stop();
  }
}

/** An error that was made fit for clients, and lost its nodes on the way. */
class FormattedError extends GraphQLError {
  constructor(private readonly formatted: GraphQLFormattedError) {
    super(formatted.message, { extensions: formatted.extensions ?? null, path: formatted.path ?? null });
  }

  override toJSON(): GraphQLFormattedError {
    return this.formatted;
  }
}

function apolloLogger(log: Logger) {
  const to = (level: 'debug' | 'info' | 'warn' | 'error') => (message: unknown) => log[level]({ from: 'apollo' }, String(message));
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}
