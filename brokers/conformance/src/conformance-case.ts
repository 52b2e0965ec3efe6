/** Something a case needs and not every broker, or not every place it is tested from, has. */
export interface Requirement<Context> {
  /** Completes the sentence "skipped: needs …". */
  readonly name: string;
  isMet(context: Context): boolean | Promise<boolean>;
}

/** One sentence of a contract, and how to see whether a broker keeps it. */
export interface ConformanceCase<Context> {
  /** A sentence about behaviour. */
  readonly name: string;
  /** Without it the case is skipped, and says so. */
  readonly requires?: readonly Requirement<Context>[];
  /** Resolves when the broker keeps the sentence, rejects with what it did instead. */
  run(context: Context): Promise<void>;
}

/** What one case works with. */
export interface CaseContext {
  /** Removes what the case made, then throws if anything of it is left behind. */
  leave(): Promise<void>;
}

/** All cases of one broker kind. They assume nothing of what else the broker holds, so they may run against a broker in use. */
export interface ConformanceSuite<Harness, Context extends CaseContext> {
  readonly kind: 'data-service' | 'paas' | 'copy-repository';
  readonly cases: readonly ConformanceCase<Context>[];
  enter(harness: Harness): Context;
}
