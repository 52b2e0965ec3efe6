import { bindToVitest, type ConformanceOptions } from '../bind-to-vitest.js';
import type { DataServiceHarness } from './data-service-harness.js';
import { dataServiceSuite } from './data-service-suite.js';

/**
 * Registers the data service suite with vitest.
 *
 * @example
 * dataServiceBrokerConformance({ name: 'the PostgreSQL broker', open: openPostgresHarness });
 */
export function dataServiceBrokerConformance(options: ConformanceOptions<DataServiceHarness>): void {
  bindToVitest(dataServiceSuite, options);
}
