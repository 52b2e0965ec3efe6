import type { ConformanceSuite } from '../conformance-case.js';
import { barrierCases } from './barrier-cases.js';
import { bindingCases } from './binding-cases.js';
import { copyCases } from './copy-cases.js';
import { creationCases } from './creation-cases.js';
import { DataServiceContext } from './data-service-context.js';
import type { DataServiceHarness } from './data-service-harness.js';
import { quiesceCases } from './quiesce-cases.js';
import { restoreCases } from './restore-cases.js';
import { statementCases } from './statement-cases.js';

/** What every data service broker must do, as the prose of `DataServiceBroker` says it. */
export const dataServiceSuite: ConformanceSuite<DataServiceHarness, DataServiceContext> = {
  kind: 'data-service',
  cases: [...creationCases, ...bindingCases, ...copyCases, ...restoreCases, ...quiesceCases, ...barrierCases, ...statementCases],
  enter: (harness) => new DataServiceContext(harness),
};
