/** When a process that ended by itself is started again. */
export interface RestartPolicy {
  /** Pause before the first restart. @default 250 */
  readonly initialDelayMs?: number;
  /** The longest pause; each is twice the one before. @default 30000 */
  readonly maxDelayMs?: number;
  /** A run shorter than this is a quick failure; a longer one begins the count anew. @default 10000 */
  readonly quickFailureMs?: number;
  /** Given up after so many quick failures in a row. @default 5 */
  readonly giveUpAfter?: number;
}

export type RestartDecision = { readonly action: 'restart'; readonly delayMs: number } | { readonly action: 'give-up' };

/**
 * What to do after the nth quick failure in a row (1 for the first, or for a failure after a long run). Pauses vary by a
 * fifth, so that what fell together does not rise together.
 * @param random between 0 and 1
 */
export function decideRestart(policy: RestartPolicy, quickFailures: number, random: number = Math.random()): RestartDecision {
  if (quickFailures >= (policy.giveUpAfter ?? 5)) return { action: 'give-up' };
  const pause = Math.min(policy.maxDelayMs ?? 30_000, (policy.initialDelayMs ?? 250) * 2 ** (quickFailures - 1));
  return { action: 'restart', delayMs: Math.round(pause * (0.8 + 0.4 * random)) };
}

/** The number of quick failures in a row after a run of this length. */
export function countQuickFailures(policy: RestartPolicy, before: number, ranForMs: number): number {
  return ranForMs < (policy.quickFailureMs ?? 10_000) ? before + 1 : 1;
}
