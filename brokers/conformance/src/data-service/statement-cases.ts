import assert from 'node:assert/strict';
import { runOutputLength } from '@ocopea/broker-contract';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { withinDeadline } from '../within-deadline.js';
import { type DataServiceContext, stating } from './data-service-context.js';
import type { ProbeStatements } from './data-service-harness.js';

const request = (dataServiceId: string, statements: string, deadlineMs = 60_000) => ({ dataServiceId, runId: newCaseId(), statements, deadlineMs });

function probe({ harness }: DataServiceContext): ProbeStatements {
  assert.ok(harness.statements, 'the broker has the capability statements, and its harness says no statements to try');
  return harness.statements;
}

/** `runStatements`. */
export const statementCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'statements without the capability are NOT_SUPPORTED',
    requires: [{ name: 'a broker without the capability statements', isMet: async (context) => !(await stating.isMet(context)) }],
    run: async (context) => {
      const { dataServiceId } = await context.make();
      await expectBrokerError(context.broker.runStatements(request(dataServiceId, 'anything')), 'NOT_SUPPORTED');
    },
  },
  {
    name: 'statements change what dependents see, and what the product says of them is kept, bounded',
    requires: [stating],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(1);
      const digest = await context.harness.digest(binding);
      const { add, say } = probe(context);
      const added = await context.broker.runStatements(request(dataServiceId, add));
      assert.deepEqual({ end: added.end, problem: added.problem }, { end: 'succeeded', problem: undefined });
      assert.notEqual(await context.harness.digest(binding), digest);
      const said = await context.broker.runStatements(request(dataServiceId, say(`${'x'.repeat(3 * runOutputLength)} the end`)));
      assert.equal(said.end, 'succeeded');
      assert.ok(said.output.length <= runOutputLength, `${said.output.length} characters were kept`);
      assert.match(said.output, /the end/);
      await context.harness.write(binding, 1);
    },
  },
  {
    name: 'statements that are refused are an answer that says so',
    requires: [stating],
    run: async (context) => {
      const { dataServiceId } = await context.make(1);
      const { end, problem } = await context.broker.runStatements(request(dataServiceId, probe(context).wrong));
      assert.equal(end, 'failed');
      assert.ok(problem);
    },
  },
  {
    name: 'statements are ended at their deadline, and when they are cancelled; the next ones run',
    requires: [stating],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(1);
      const { add, endless } = probe(context);
      const late = await withinDeadline(context.broker.runStatements(request(dataServiceId, endless, 500)), 'end at the deadline');
      assert.equal(late.end, 'late');
      assert.ok(late.problem);
      const abort = new AbortController();
      const running = context.broker.runStatements(request(dataServiceId, endless), { signal: abort.signal });
      setImmediate(() => abort.abort());
      await expectBrokerError(running, 'CANCELLED');
      await expectBrokerError(context.broker.runStatements(request(dataServiceId, add), { signal: abort.signal }), 'CANCELLED');
      const digest = await context.harness.digest(binding);
      assert.equal((await context.broker.runStatements(request(dataServiceId, add))).end, 'succeeded');
      assert.notEqual(await context.harness.digest(binding), digest);
      await expectBrokerError(context.broker.runStatements(request(dataServiceId, add, 0)), 'INVALID_REQUEST');
    },
  },
  {
    name: 'statements for nobody are NOT_FOUND; a delete ends those that run',
    requires: [stating],
    run: async (context) => {
      const { add, endless } = probe(context);
      await expectBrokerError(context.broker.runStatements(request(context.newId(), add)), 'NOT_FOUND');
      const { dataServiceId } = await context.make(1);
      const running = context.broker.runStatements(request(dataServiceId, endless)).catch((error: unknown) => error);
      await context.broker.delete(dataServiceId);
      await withinDeadline(running, 'end with the data service');
      await expectBrokerError(context.broker.runStatements(request(dataServiceId, add)), 'NOT_FOUND');
    },
  },
];
