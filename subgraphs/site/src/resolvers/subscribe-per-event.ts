import { createSourceEventStream, execute, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';

export interface SubscribePerEventOptions<Context> {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  /** For starting the subscription. */
  readonly context: Context;
  /** For one event: with the context of the start, loaders would answer rows as they were at the first one. */
  readonly contextOfEvent: () => Context;
}

/** A subscription of which each event is executed in a context of its own. */
export async function subscribePerEvent<Context>(options: SubscribePerEventOptions<Context>): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const { schema, document, variables, context, contextOfEvent } = options;
  const named = { ...(options.operationName !== undefined && { operationName: options.operationName }) };
  const source = await createSourceEventStream({ schema, document, variableValues: variables, contextValue: context, ...named });
  if (!(Symbol.asyncIterator in source)) return source;
  return executeEach(source as AsyncIterable<unknown>, (rootValue) =>
    execute({ schema, document, variableValues: variables, contextValue: contextOfEvent(), rootValue, ...named }),
  );
}

/** Not a generator: one that waits for an event would hear of its return only with the next one. */
function executeEach(
  source: AsyncIterable<unknown>,
  run: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  const events = source[Symbol.asyncIterator]();
  return {
    async next() {
      const event = await events.next();
      return event.done === true ? { done: true, value: undefined } : { done: false, value: await run(event.value) };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
