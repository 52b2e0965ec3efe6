import assert from 'node:assert/strict';
import { newCaseId } from '../case-ids.js';
import { collectPages } from '../collect-pages.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { type DataServiceContext, reopening } from './data-service-context.js';

/** `info`, `create`, `get`, `list`, `delete`, `health`. */
export const creationCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'info names the product, a semantic version, plans with formats and at least one copy protocol',
    run: async ({ broker }) => {
      const info = await broker.info();
      assert.match(info.product, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.match(info.version, /^\d+\.\d+\.\d+/);
      assert.ok(info.copyProtocols.length > 0, 'no copy protocol');
      assert.equal(new Set(info.plans.map(({ id }) => id)).size, info.plans.length, 'two plans with one id');
      for (const { id, protocols } of info.plans) {
        assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
        assert.ok(protocols.length > 0, `plan "${id}" speaks no protocol`);
      }
    },
  },
  {
    name: 'create resolves once the data service is running, and its content starts empty and writable',
    run: async (context) => {
      const dataServiceId = context.newId();
      const status = await context.broker.create({ dataServiceId, planId: context.harness.planId });
      assert.deepEqual(status, { dataServiceId, planId: context.harness.planId, state: { phase: 'running' } });
      assert.deepEqual(await context.broker.get(dataServiceId), status);
      const binding = await context.broker.bind({ dataServiceId, bindingId: newCaseId() });
      const empty = await context.harness.digest(binding);
      await context.harness.write(binding, 3);
      assert.notEqual(await context.harness.digest(binding), empty);
    },
  },
  {
    name: 'create repeated with the same request answers the status and keeps the content',
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(5);
      const digest = await context.harness.digest(binding);
      const again = await context.broker.create({ dataServiceId, planId: context.harness.planId });
      assert.equal(again.state.phase, 'running');
      assert.equal(await context.harness.digest(binding), digest);
      assert.equal(await context.digestOf(dataServiceId), digest);
    },
  },
  {
    name: 'two simultaneous creates with the same request make one data service',
    run: async (context) => {
      const request = { dataServiceId: context.newId(), planId: context.harness.planId };
      const [one, two] = await Promise.all([context.broker.create(request), context.broker.create(request)]);
      assert.deepEqual(one, two);
    },
  },
  {
    name: 'create with the same id and other settings is ALREADY_EXISTS and changes nothing',
    requires: [{ name: 'a plan with settings', isMet: ({ harness }) => harness.otherSettings !== undefined }],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(2);
      const digest = await context.harness.digest(binding);
      const settings = context.harness.otherSettings ?? {};
      await expectBrokerError(context.broker.create({ dataServiceId, planId: context.harness.planId, settings }), 'ALREADY_EXISTS');
      assert.equal(await context.harness.digest(binding), digest);
    },
  },
  {
    name: 'create with an unknown plan or an unknown setting is INVALID_REQUEST and names it',
    run: async (context) => {
      const { planId } = context.harness;
      const plan = await expectBrokerError(context.broker.create({ dataServiceId: context.newId(), planId: 'no-such-plan' }), 'INVALID_REQUEST');
      assert.match(plan.message, /no-such-plan/);
      const request = { dataServiceId: context.newId(), planId, settings: { noSuchSetting: '1' } };
      assert.match((await expectBrokerError(context.broker.create(request), 'INVALID_REQUEST')).message, /noSuchSetting/);
      await expectBrokerError(context.broker.get(request.dataServiceId), 'NOT_FOUND');
    },
  },
  {
    name: 'create with an id outside [a-z0-9-]{1,63} is INVALID_REQUEST',
    run: async ({ broker, harness }) => {
      for (const dataServiceId of ['', 'UPPER', '../escape', 'a/b', 'a b', 'a'.repeat(64)]) {
        await expectBrokerError(broker.create({ dataServiceId, planId: harness.planId }), 'INVALID_REQUEST');
      }
    },
  },
  {
    name: 'get, bind and health of an unknown data service are NOT_FOUND',
    run: async (context) => {
      const dataServiceId = context.newId();
      await expectBrokerError(context.broker.get(dataServiceId), 'NOT_FOUND');
      await expectBrokerError(context.broker.bind({ dataServiceId, bindingId: 'b' }), 'NOT_FOUND');
      await expectBrokerError(context.broker.health(dataServiceId), 'NOT_FOUND');
    },
  },
  {
    name: 'list gives every data service once, in order of id, in pages of the asked size',
    run: async (context) => {
      const made = await Promise.all([context.make(), context.make(), context.make()]);
      const all = await collectPages((page) => context.broker.list(page), ({ dataServiceId }) => dataServiceId, 2);
      const listed = all.map(({ dataServiceId }) => dataServiceId);
      for (const { dataServiceId } of made) assert.ok(listed.includes(dataServiceId), `"${dataServiceId}" is not listed`);
    },
  },
  {
    name: 'delete removes a bound data service with everything of it, also when repeated',
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(3);
      await context.broker.delete(dataServiceId);
      await context.broker.delete(dataServiceId);
      await expectBrokerError(context.broker.get(dataServiceId), 'NOT_FOUND');
      await assert.rejects(context.harness.digest(binding), 'the credentials still work');
      await context.assertNothingLeft();
    },
  },
  {
    name: 'delete of an unknown data service is success',
    run: async (context) => context.broker.delete(context.newId()),
  },
  {
    name: 'health is measured within two seconds and gives figures that are numbers',
    run: async (context) => {
      const { dataServiceId } = await context.make(1);
      const startedAt = performance.now();
      const health = await context.broker.health(dataServiceId);
      assert.ok(performance.now() - startedAt < 2_000, 'it took more than two seconds');
      assert.equal(health.state, 'healthy', health.reason);
      for (const [name, figure] of Object.entries(health.figures)) assert.ok(Number.isFinite(figure), `${name} is ${figure}`);
    },
  },
  {
    name: 'a call whose signal is aborted already rejects with CANCELLED and does nothing',
    run: async (context) => {
      const { dataServiceId } = await context.make();
      const signal = AbortSignal.abort();
      const fresh = { dataServiceId: context.newId(), planId: context.harness.planId };
      await expectBrokerError(context.broker.get(dataServiceId, { signal }), 'CANCELLED');
      await expectBrokerError(context.broker.list({}, { signal }), 'CANCELLED');
      await expectBrokerError(context.broker.create(fresh, { signal }), 'CANCELLED');
      await expectBrokerError(context.broker.delete(dataServiceId, { signal }), 'CANCELLED');
      await expectBrokerError(context.broker.get(fresh.dataServiceId), 'NOT_FOUND');
      assert.equal((await context.broker.get(dataServiceId)).state.phase, 'running');
    },
  },
  {
    name: 'closed and opened again, it has its data services running with their content',
    requires: [reopening],
    run: async (context) => {
      const { dataServiceId, bindingId, binding } = await context.make(10);
      const digest = await context.harness.digest(binding);
      await context.harness.reopen?.();
      assert.equal((await context.broker.get(dataServiceId)).state.phase, 'running');
      assert.equal(await context.harness.digest(await context.broker.bind({ dataServiceId, bindingId })), digest);
    },
  },
];
