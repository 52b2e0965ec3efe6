/** Classes of SQLSTATE that mean the server, not the statement: connection exceptions and operator intervention. */
const sqlStates = /^(08|57P0)/;
const systemCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** `pg` gives no code to these. */
const messages = /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout)/;

/** True when PostgreSQL could not be reached or went away: the same statement may do later. */
export function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return sqlStates.test(code) || systemCodes.has(code);
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure);
  return messages.test(error.message);
}
