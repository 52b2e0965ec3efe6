import { toClientError } from '@ocopea/graph';
import { execute, type GraphQLSchema } from 'graphql';
import type { Logger } from '../logger.js';
import type { OperationExecutor } from '../operation-executor.js';

/** For tests: graphql-js itself behind the contract that the Hub's graph keeps. */
export function schemaOperationExecutor<TContext extends object>(schema: GraphQLSchema, log: Logger): OperationExecutor<TContext> {
  return {
    schema: () => schema,
    execute: async ({ prepared: { document, operationName }, variables, context }) => {
      const { errors, ...result } = await execute({ schema, document, operationName: operationName ?? null, variableValues: variables, contextValue: context });
      const onUnexpected = (error: unknown, correlationId: string) => log.error({ err: error, correlationId }, 'a request met a defect');
      return errors === undefined ? result : { ...result, errors: errors.map((error) => toClientError(error, { onUnexpected })) };
    },
    stop: () => Promise.resolve(),
  };
}
