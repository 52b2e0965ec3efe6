import { toClientError, type ErrorCode } from '@ocopea/graph';
import { SubscriptionRefusedError, type FetchError, type PartitionErrorCode } from '@ocopea/partition';
import { GraphQLError } from 'graphql';
import type { GatewayLog } from './gateway-log.js';

/** The partition layer is a library of its own; where its names differ from the catalogue's, the catalogue's go out. */
const catalogueCodes: Readonly<Partial<Record<PartitionErrorCode, ErrorCode>>> = {
  UNKNOWN_SITE: 'SITE_UNKNOWN',
  AMBIGUOUS_SITE: 'SITE_AMBIGUOUS',
  SITE_REMOVED: 'SITE_UNKNOWN',
  BAD_CURSOR: 'CURSOR_INVALID',
  BAD_PAGE_ARGUMENTS: 'BAD_INPUT',
  REQUEST_CANCELLED: 'CANCELLED',
};

/**
 * Makes what the executor, a subgraph or the partition layer reported fit for clients: code, message, path and the site it
 * came from. Addresses and stacks stay here; what is unexpected goes to the log under the id that the client gets.
 */
export function clientErrors(errors: readonly unknown[], log: GatewayLog): GraphQLError[] {
  return errors.flatMap<unknown>((error) => (error instanceof SubscriptionRefusedError ? error.errors : [error])).map((error) => clientError(error, log));
}

function clientError(error: unknown, log: GatewayLog): GraphQLError {
  const client = toClientError(withoutOrigin(error), {
    onUnexpected: (unexpected, correlationId) => log.error({ err: unexpected, correlationId }, 'a request failed unexpectedly'),
  });
  const renamed = catalogueCodes[client.extensions['code'] as PartitionErrorCode];
  return renamed ? new GraphQLError(client.message, { path: client.path ?? null, extensions: { ...client.extensions, code: renamed } }) : client;
}

/**
 * The executor hangs the subgraph's plain error object on its own as `originalError`, and a refused subscription brings
 * such objects as they are. What counts (code, message) is in them; by themselves they would be taken for something unknown.
 */
function withoutOrigin(error: unknown): unknown {
  if (error instanceof GraphQLError) {
    if (!error.originalError || error.originalError instanceof Error) return error;
    return new GraphQLError(error.message, { path: error.path ?? null, extensions: error.extensions });
  }
  if (error instanceof Error || typeof error !== 'object' || error === null || !('extensions' in error)) return error;
  const { message, path, extensions } = error as FetchError;
  return new GraphQLError(message, { path, extensions });
}
