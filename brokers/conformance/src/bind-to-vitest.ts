import { afterAll, beforeAll, describe, it } from 'vitest';
import type { CaseContext, ConformanceSuite } from './conformance-case.js';
import { runCase } from './run-conformance.js';

/** What a broker's own test gives: under which name, and how to open it. */
export interface ConformanceOptions<Harness> {
  /** How the broker is called in the report. */
  readonly name: string;
  /** Opens a broker on fresh state. Called once for the suite. */
  open(): Promise<Harness>;
}

/** Registers a suite's cases with vitest. A case whose requirement is not met shows as skipped, with the reason. */
export function bindToVitest<Harness extends { close(): Promise<void> }, Context extends CaseContext>(
  suite: ConformanceSuite<Harness, Context>,
  options: ConformanceOptions<Harness>,
): void {
  describe(`${options.name} keeps the ${suite.kind} broker contract:`, () => {
    let harness: Harness;
    beforeAll(async () => {
      harness = await options.open();
    });
    afterAll(async () => {
      await harness?.close();
    });
    for (const one of suite.cases) {
      it(one.name, async (test) => {
        const missing = await runCase(suite, one, harness);
        if (missing !== undefined) test.skip(`needs ${missing}`);
      });
    }
  });
}
