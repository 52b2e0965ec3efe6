/**
 * For one statement on the state database, in milliseconds. A server that a network has lost neither answers nor closes, and
 * a statement on such a connection would wait for it as long as the operating system does: for ever, when something between
 * still takes the bytes. All that the engine asks is small; what waits longest is a lock held by another's transaction.
 */
export const STATEMENT_MS = 30_000;
