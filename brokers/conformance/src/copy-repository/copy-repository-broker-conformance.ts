import { bindToVitest, type ConformanceOptions } from '../bind-to-vitest.js';
import type { CopyRepositoryHarness } from './copy-repository-harness.js';
import { copyRepositorySuite } from './copy-repository-suite.js';

/**
 * Registers the copy repository suite with vitest.
 *
 * @example
 * copyRepositoryBrokerConformance({ name: 'the filesystem broker', open: openFilesystemHarness });
 */
export function copyRepositoryBrokerConformance(options: ConformanceOptions<CopyRepositoryHarness>): void {
  bindToVitest(copyRepositorySuite, options);
}
