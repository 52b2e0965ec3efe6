import { toClientError } from '@ocopea/graph';
import type { MemberCallOptions, MemberRequest, MemberResult, PartitionMember } from '@ocopea/partition';
import { execute, parse, subscribe, validate, type DocumentNode, type ExecutionResult, type GraphQLError, type GraphQLSchema } from 'graphql';

export interface SchemaExecutorOptions {
  readonly schema: GraphQLSchema;
  /** Makes what resolvers get as their context, from what the request brought along. */
  readonly contextValue: (options: Pick<MemberCallOptions, 'context' | 'signal'>) => unknown;
}

const maxDocuments = 1_000;

/**
 * `execute` and `subscribe` of a subgraph or partition member that lives in this process: the same questions that others get
 * over HTTP, without the way there and back.
 */
export function schemaExecutor({ schema, contextValue }: SchemaExecutorOptions): Pick<PartitionMember, 'execute' | 'subscribe'> {
  const documents = new Map<string, DocumentNode>();
  /** Documents come from query plans: few, and the same again and again. */
  function documentOf(query: string): DocumentNode {
    const known = documents.get(query);
    if (known) return known;
    const document = parse(query, { noLocation: true });
    const problems = validate(schema, document);
    if (problems[0]) throw problems[0];
    if (documents.size >= maxDocuments) documents.delete(documents.keys().next().value!);
    documents.set(query, document);
    return document;
  }
  const argsOf = ({ query, variables, operationName }: MemberRequest, options: Pick<MemberCallOptions, 'context' | 'signal'>) => ({
    schema,
    document: documentOf(query),
    variableValues: variables ?? {},
    contextValue: contextValue(options),
    ...(operationName ? { operationName } : {}),
  });

  return {
    async execute(request, options): Promise<MemberResult> {
      return memberResult(await execute(argsOf(request, options)));
    },
    async *subscribe(request, options): AsyncGenerator<MemberResult, void, void> {
      const events = await subscribe(argsOf(request, options));
      if (!(Symbol.asyncIterator in events)) {
        yield memberResult(events);
        return;
      }
      for await (const event of untilAborted(events, options.signal)) yield memberResult(event);
    },
  };
}

function memberResult({ data, errors }: ExecutionResult): MemberResult {
  return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(coded) as never } : {}) };
}

/**
 * On its way through a plan an error keeps message, path and extensions, and loses the error that it was made of; so the code
 * goes into the extensions here. A defect stays the object that it is: the edge of this process logs it and tells nothing.
 */
function coded(error: GraphQLError): GraphQLError {
  let isDefect = false;
  const client = toClientError(error, { onUnexpected: () => (isDefect = true) });
  return isDefect ? error : client;
}

/** A generator that waits for its next event does not hear `return()`: the wait has to be given up from outside. */
async function* untilAborted<T>(events: AsyncGenerator<T, void, void>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  let stop = (): void => {};
  const stopped = new Promise<{ done: true; value: undefined }>((resolve) => {
    stop = () => resolve({ done: true, value: undefined });
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    while (!signal.aborted) {
      const next = await Promise.race([events.next(), stopped]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not awaited: it is settled only after a pending next().
    void events.return(undefined);
  }
}
