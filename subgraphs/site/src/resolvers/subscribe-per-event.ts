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
  return executeEach(source, (rootValue) =>
    execute({ schema, document, variableValues: variables, contextValue: contextOfEvent(), rootValue, ...named }),
  );
}

async function* executeEach(
  source: AsyncIterable<unknown>,
  run: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
): AsyncGenerator<ExecutionResult, void, undefined> {
  for await (const event of source) yield await run(event);
}
