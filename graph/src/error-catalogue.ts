/**
 * Whether repeating the same request may help: `terminal` no, `retryable` yes, `fatal` no, and something here is broken.
 */
export type ErrorRetry = 'terminal' | 'retryable' | 'fatal';

export interface ErrorEntry {
  readonly retry: ErrorRetry;
  /** One line for people, the same as in `docs/reference/errors.md`. */
  readonly summary: string;
}

/** Every code that an answer of a Site or the Hub may carry in `extensions.code`. */
export const errorCatalogue = {
  // Who asks
  UNAUTHENTICATED: entry('terminal', 'The request carries no valid credential.'),
  TOKEN_EXPIRED: entry('terminal', 'The token was valid and is not any more; ask for a new one.'),
  TOKEN_WRONG_PURPOSE: entry('terminal', 'The token says that it was issued for something else.'),
  FORBIDDEN: entry('terminal', 'The caller is known, and may not do this.'),
  GRANT_REFUSED: entry('terminal', 'The Grant is missing, expired, used up, or for another part, repository or direction.'),
  KEY_UNAVAILABLE: entry('terminal', 'A copy repository is encrypted and its keys cannot be opened: they are wrapped by other keys, or another passphrase.'),

  INSECURE_FILE: entry('terminal', 'A file with a secret can be read by others on the same machine; the process does not start.'),

  // What is asked
  BAD_INPUT: entry('terminal', 'An argument is wrong in itself; the message names it.'),
  INVALID_ID: entry('terminal', 'The text is not an id: expected <site>.<kind>.<uuid>.'),
  WRONG_ID_KIND: entry('terminal', 'The id names a thing of another kind than the one that was expected.'),
  INVALID_REQUEST: entry('terminal', 'A broker finds the request wrong in itself; the message names the field.'),
  NOT_FOUND: entry('terminal', 'Nothing has this id or name; it may have been deleted.'),
  NAME_TAKEN: entry('terminal', 'Another one has this name at the same Site.'),
  ALREADY_EXISTS: entry('terminal', 'The same id exists already with other parameters.'),
  MANIFEST_INVALID: entry('terminal', 'The application manifest contradicts itself or what the Site offers.'),
  CURSOR_INVALID: entry('terminal', 'The cursor is not one of this list in this order.'),
  CONFLICT: entry('terminal', 'The thing is in a state, or has work running on it, that does not allow this now.'),
  NOT_SUPPORTED: entry('terminal', 'This Site, broker or plan cannot do this.'),

  // Sites
  JOIN_TOKEN_REFUSED: entry('terminal', 'The Site does not take the join token: it is wrong, or was used.'),
  SITE_UNKNOWN: entry('terminal', 'No Site with this id is registered at the Hub.'),
  SITE_UNAVAILABLE: entry('retryable', 'The Site cannot be reached now; the answer lacks its rows.'),
  SITE_TIMEOUT: entry('retryable', 'The Site did not answer within its deadline; the answer lacks its rows.'),
  SITE_INCOMPATIBLE: entry('terminal', 'The Site runs a version that does not know what was asked, or contradicts the others.'),
  SITE_ALREADY_REGISTERED: entry('terminal', 'A Site with this id is registered already.'),
  SITE_AMBIGUOUS: entry('terminal', 'The request does not lead to exactly one Site.'),

  // Subgraphs
  SUBGRAPH_UNAVAILABLE: entry('retryable', 'A subgraph of the graph cannot be reached now; the answer lacks its fields.'),
  SUBGRAPH_TIMEOUT: entry('retryable', 'A subgraph of the graph did not answer within its deadline; the answer lacks its fields.'),
  SUBGRAPH_ANSWER_INVALID: entry('terminal', 'A subgraph of the graph answered with something that is not a GraphQL result, with too much, or with a value that its schema does not allow.'),

  // Copies and brokers
  NO_COMMON_FORMAT: entry(
    'terminal',
    'No repository takes a copy format that the data service can write, or no plan restores it.',
  ),
  COPY_NOT_USABLE: entry('terminal', 'The copy is incomplete, failed, or still being taken.'),
  COPY_DEPENDED_ON: entry('terminal', 'Something depends on the copy; the message and `dependentIds` name it.'),
  COPY_INCOMPLETE: entry('terminal', 'Not every part of the copy has arrived.'),
  CORRUPT_DATA: entry('terminal', 'Bytes do not have the hash or length they should have; nothing of them was published.'),
  CAPACITY_EXCEEDED: entry('terminal', 'There is no room left: disk, quota, or ports.'),
  SUPERGRAPH_INVALID: entry('terminal', 'The given supergraph cannot be read, or is not one that can be served; the process does not start.'),
  PORT_IN_USE: entry('terminal', 'The port is taken by another process.'),
  BROKER_UNAVAILABLE: entry('retryable', 'A broker, or what it works on, cannot be reached now.'),
  UNAVAILABLE: entry('retryable', 'Something that is needed cannot be reached now.'),

  // Work
  HOOK_FAILED: entry('terminal', 'A hook of the application failed or was late, and says that the work fails then; the message names it.'),
  DEADLINE_EXCEEDED: entry('terminal', 'The work did not end within its deadline and was stopped.'),
  CANCELLED: entry('terminal', 'The work was cancelled.'),
  OPERATION_NOT_CANCELLABLE: entry('terminal', 'The operation is done, or its result is decided already.'),
  OPERATION_NOT_RETRYABLE: entry('terminal', 'Only an operation that failed or was cancelled can be retried.'),
  OPERATION_NOT_RESUMABLE: entry('terminal', 'Nothing that the operation has done is there to go on from; retry it from the start.'),

  // The edge
  BODY_TOO_LARGE: entry('terminal', 'The body of the request is larger than this process accepts.'),
  QUERY_TOO_DEEP: entry('terminal', 'The document is nested deeper than this process accepts.'),
  QUERY_TOO_COMPLEX: entry(
    'terminal',
    'The document has more tokens, aliases, root fields or directives than this process accepts.',
  ),
  QUERY_TOO_EXPENSIVE: entry('terminal', 'What the operation may answer, with lists and Sites counted, costs more than this process accepts.'),
  PERSISTED_QUERY_NOT_FOUND: entry('terminal', 'No document with this id is known here; send its text with it.'),
  DOCUMENT_NOT_SAFELISTED: entry('terminal', 'This process executes only the documents of its manifest, and this is none of them.'),
  BATCH_REFUSED: entry('terminal', 'The body holds more requests than this process takes at once.'),
  RATE_LIMITED: entry('retryable', 'The caller asks more often than this process allows; the answer says when to ask again.'),
  GRAPHQL_PARSE_FAILED: entry('terminal', 'The document is not GraphQL.'),
  GRAPHQL_VALIDATION_FAILED: entry('terminal', 'The document does not fit the schema.'),
  OPERATION_RESOLUTION_FAILURE: entry('terminal', 'The document has no operation, or several and none is named.'),
  BAD_REQUEST: entry('terminal', 'The HTTP request is not a well-formed GraphQL request.'),
  UNKNOWN_PATH: entry('terminal', 'Nothing is served under this path.'),
  TOO_MANY_CONNECTIONS: entry('retryable', 'This process has as many connections or subscriptions as it accepts.'),
  SUBSCRIBER_TOO_SLOW: entry('retryable', 'The subscriber reads slower than events come; resume after the last cursor.'),
  SHUTTING_DOWN: entry('retryable', 'The process is stopping; ask again when it is back.'),
  INTERNAL: entry('fatal', 'A defect here; the log has the details under the correlation id in the message.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}

function entry(retry: ErrorRetry, summary: string): ErrorEntry {
  return { retry, summary };
}
