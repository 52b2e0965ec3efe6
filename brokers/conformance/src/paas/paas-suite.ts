import type { ConformanceSuite } from '../conformance-case.js';
import { commandCases } from './command-cases.js';
import { deployCases } from './deploy-cases.js';
import { failureCases } from './failure-cases.js';
import { lifecycleCases } from './lifecycle-cases.js';
import { logCases } from './log-cases.js';
import { PaasContext } from './paas-context.js';
import type { PaasHarness } from './paas-harness.js';
import { pauseCases } from './pause-cases.js';

/** What every PaaS broker must do, as the prose of `PaasBroker` says it. */
export const paasSuite: ConformanceSuite<PaasHarness, PaasContext> = {
  kind: 'paas',
  cases: [...deployCases, ...lifecycleCases, ...failureCases, ...pauseCases, ...commandCases, ...logCases],
  enter: (harness) => new PaasContext(harness),
};
