import assert from 'node:assert/strict';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { type PaasContext, pausing } from './paas-context.js';

/** `pause` and `unpause`. */
export const pauseCases: readonly ConformanceCase<PaasContext>[] = [
  {
    name: 'pause without the capability is NOT_SUPPORTED; unpause of an unknown hold is success',
    requires: [{ name: 'a broker without the capability pause', isMet: async (context) => !(await pausing.isMet(context)) }],
    run: async (context) => {
      const { key } = await context.deploy();
      await expectBrokerError(context.broker.pause({ ...key, holdId: newCaseId(), holdForMs: 1_000 }), 'NOT_SUPPORTED');
      await context.broker.unpause({ ...key, holdId: newCaseId() });
    },
  },
  {
    name: 'a paused app service stays running and does nothing until its last hold ends; then it is still the same',
    requires: [pausing],
    run: async (context) => {
      const { key, status, instance } = await context.deploy();
      const [one, other] = [newCaseId(), newCaseId()];
      for (const holdId of [one, one, other]) await context.broker.pause({ ...key, holdId, holdForMs: 60_000 });
      let isAnswered = false;
      const asking = context.ask(status, '/instance').finally(() => {
        isAnswered = true;
      });
      await context.broker.unpause({ ...key, holdId: one });
      for (let look = 0; look < 20; look++) {
        assert.equal((await context.broker.get(key)).state.phase, 'running');
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.equal(isAnswered, false, 'it answers although it is paused');
      await context.broker.unpause({ ...key, holdId: other });
      await context.broker.unpause({ ...key, holdId: other });
      assert.equal(await asking, instance);
    },
  },
  {
    name: 'a pause that nobody ends ends by itself, and is no failure however long it is',
    requires: [pausing],
    run: async (context) => {
      const { key, status, instance } = await context.deploy({ healthCheck: { port: 'web', path: '/healthz', intervalMs: 20, timeoutMs: 50 } });
      await context.broker.pause({ ...key, holdId: newCaseId(), holdForMs: 600 });
      assert.equal(await context.ask(status, '/instance'), instance);
      assert.equal((await context.broker.get(key)).restarts, 0);
    },
  },
  {
    name: 'a paused app service can be stopped and deleted; a stopped one is held as it is; an unknown one is NOT_FOUND',
    requires: [pausing],
    run: async (context) => {
      const { key, url } = await context.deploy();
      await context.broker.pause({ ...key, holdId: newCaseId(), holdForMs: 60_000 });
      await context.broker.stop(key);
      await context.assertSilent(url);
      const hold = { ...key, holdId: newCaseId() };
      await context.broker.pause({ ...hold, holdForMs: 60_000 });
      await context.broker.unpause(hold);
      await context.broker.delete(key);
      await expectBrokerError(context.broker.pause({ ...hold, holdForMs: 1_000 }), 'NOT_FOUND');
    },
  },
];
