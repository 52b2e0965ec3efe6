/** What every `idempotencyKey` is for. */
export const idempotencyKeyDescription =
  'Chosen by the caller: a repeat with the same key answers the operation of the first request instead of starting another.';
