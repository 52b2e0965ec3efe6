const statuses: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_WRONG_PURPOSE: 401,
  FORBIDDEN: 403,
  GRANT_REFUSED: 403,
  NOT_FOUND: 404,
  UNKNOWN_PATH: 404,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  NAME_TAKEN: 409,
  BODY_TOO_LARGE: 413,
  // Clients of Apollo's form take it for a broken server otherwise, and do not send the text.
  PERSISTED_QUERY_NOT_FOUND: 200,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  KEY_UNAVAILABLE: 500,
  TOO_MANY_CONNECTIONS: 503,
  SHUTTING_DOWN: 503,
  UNAVAILABLE: 503,
  BROKER_UNAVAILABLE: 503,
  SITE_UNAVAILABLE: 503,
  SUBGRAPH_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
  SITE_TIMEOUT: 504,
  SUBGRAPH_TIMEOUT: 504,
};

/** The HTTP status of an answer that is only an error with this code. What is not listed is the caller's mistake: 400. */
export function httpStatusOf(code: unknown): number {
  return statuses[String(code)] ?? 400;
}
