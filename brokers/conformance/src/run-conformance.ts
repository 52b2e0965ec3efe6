import type { CaseContext, ConformanceCase, ConformanceSuite } from './conformance-case.js';

/** How one case ended. `reason` says what was missing, or what the broker did instead. */
export type CaseOutcome =
  | { readonly name: string; readonly outcome: 'passed'; readonly durationMs: number }
  | { readonly name: string; readonly outcome: 'skipped'; readonly reason: string }
  | { readonly name: string; readonly outcome: 'failed'; readonly reason: unknown; readonly durationMs: number };

/** Runs a suite case by case against an open broker, in order, and says how each ended. Needs no test runner. */
export async function* runConformance<Harness, Context extends CaseContext>(
  suite: ConformanceSuite<Harness, Context>,
  harness: Harness,
): AsyncGenerator<CaseOutcome> {
  for (const one of suite.cases) {
    const startedAt = performance.now();
    try {
      const missing = await runCase(suite, one, harness);
      yield missing === undefined
        ? { name: one.name, outcome: 'passed', durationMs: performance.now() - startedAt }
        : { name: one.name, outcome: 'skipped', reason: `needs ${missing}` };
    } catch (reason) {
      yield { name: one.name, outcome: 'failed', reason, durationMs: performance.now() - startedAt };
    }
  }
}

/**
 * Runs one case and leaves the broker as it was. Answers the name of a requirement that is not met, if any.
 * What the case itself found comes before what it left behind.
 */
export async function runCase<Harness, Context extends CaseContext>(
  suite: ConformanceSuite<Harness, Context>,
  one: ConformanceCase<Context>,
  harness: Harness,
): Promise<string | undefined> {
  const context = suite.enter(harness);
  for (const requirement of one.requires ?? []) {
    if (!(await requirement.isMet(context))) return requirement.name;
  }
  try {
    await one.run(context);
  } catch (error) {
    await context.leave().catch(() => undefined);
    throw error;
  }
  await context.leave();
  return undefined;
}
