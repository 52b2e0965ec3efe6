/** Events that come one by one, of which those that have come already can be taken together. */
export interface EventQueue<T> {
  next(): Promise<IteratorResult<T, void>>;
  /** Those that wait now, this many at most. */
  takeWaiting(limit: number): T[];
  /** Ends it; does not wait for a source that waits for its next event. */
  return(): unknown;
}
