import type { ConformanceSuite } from '../conformance-case.js';
import { bandwidthCases } from './bandwidth-cases.js';
import { chunkCases } from './chunk-cases.js';
import { CopyRepositoryContext } from './copy-repository-context.js';
import type { CopyRepositoryHarness } from './copy-repository-harness.js';
import { deleteCases } from './delete-cases.js';
import { readCases } from './read-cases.js';
import { repositoryCases } from './repository-cases.js';
import { writeCases } from './write-cases.js';

/** What every copy repository broker must do, as the prose of `CopyRepositoryBroker` and `ChunkStore` says it. */
export const copyRepositorySuite: ConformanceSuite<CopyRepositoryHarness, CopyRepositoryContext> = {
  kind: 'copy-repository',
  cases: [...repositoryCases, ...writeCases, ...readCases, ...deleteCases, ...chunkCases, ...bandwidthCases],
  enter: (harness) => new CopyRepositoryContext(harness),
};
