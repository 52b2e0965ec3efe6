import assert from 'node:assert/strict';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { withinDeadline } from '../within-deadline.js';
import { type DataServiceContext, quiescing } from './data-service-context.js';

/** `quiesce` and `resume`. */
export const quiesceCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'quiesce without the capability is NOT_SUPPORTED',
    requires: [{ name: 'a broker without the capability quiesce', isMet: async (context) => !(await quiescing.isMet(context)) }],
    run: async (context) => {
      const { dataServiceId } = await context.make();
      await expectBrokerError(context.broker.quiesce({ dataServiceId, holdId: newCaseId(), holdForMs: 1_000 }), 'NOT_SUPPORTED');
    },
  },
  {
    name: 'quiesce holds writes and lets reads through until resume; both may be repeated',
    requires: [quiescing],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(2);
      const hold = { dataServiceId, holdId: newCaseId() };
      const digest = await context.harness.digest(binding);
      await context.broker.quiesce({ ...hold, holdForMs: 60_000 });
      await context.broker.quiesce({ ...hold, holdForMs: 60_000 });
      let isWritten = false;
      const writing = context.harness.write(binding, 1).then(() => {
        isWritten = true;
      });
      for (let read = 0; read < 5; read++) assert.equal(await context.harness.digest(binding), digest);
      assert.equal(isWritten, false, 'a write got through');
      await context.broker.resume(hold);
      await context.broker.resume(hold);
      await withinDeadline(writing, 'write after resume');
      assert.notEqual(await context.harness.digest(binding), digest);
    },
  },
  {
    name: 'a hold that nobody ends ends by itself',
    requires: [quiescing],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make();
      await context.broker.quiesce({ dataServiceId, holdId: newCaseId(), holdForMs: 200 });
      await withinDeadline(context.harness.write(binding, 1), 'write after the hold', 10_000);
    },
  },
];
