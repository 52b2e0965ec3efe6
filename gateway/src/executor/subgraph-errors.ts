import { GraphQLError } from 'graphql';
import type { AnswerPath } from './response-path.js';

/** An error as a data source gives it: a `GraphQLError`, or the same in JSON. */
export interface SubgraphError {
  readonly message?: string;
  readonly path?: AnswerPath | undefined;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The error of a subgraph at its place in the client's answer. Without a code it is one that nobody made for clients. */
export function subgraphError(error: SubgraphError, subgraph: string, path: AnswerPath | undefined): GraphQLError {
  return new GraphQLError(error.message || `subgraph "${subgraph}" reported an error without a message`, {
    originalError: error as Error,
    ...(path ? { path } : {}),
    extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...error.extensions, serviceName: subgraph },
  });
}
