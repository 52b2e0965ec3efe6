import { bindToVitest, type ConformanceOptions } from '../bind-to-vitest.js';
import type { PaasHarness } from './paas-harness.js';
import { paasSuite } from './paas-suite.js';

/**
 * Registers the PaaS suite with vitest.
 *
 * @example
 * paasBrokerConformance({ name: 'the process broker', open: openProcessHarness });
 */
export function paasBrokerConformance(options: ConformanceOptions<PaasHarness>): void {
  bindToVitest(paasSuite, options);
}
