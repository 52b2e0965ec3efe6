import assert from 'node:assert/strict';
import { collectPages } from '../collect-pages.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { crashing, type PaasContext, reopening } from './paas-context.js';

/** `get`, `list`, `stop`, `delete`, and the life of an app service beyond that of the broker's object. */
export const lifecycleCases: readonly ConformanceCase<PaasContext>[] = [
  {
    name: 'every call for an unknown app service is NOT_FOUND; delete is success',
    run: async (context) => {
      const key = context.newKey();
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await expectBrokerError(context.broker.configuration(key), 'NOT_FOUND');
      await expectBrokerError(context.broker.stop(key), 'NOT_FOUND');
      await expectBrokerError(context.lines(key), 'NOT_FOUND');
      await context.broker.delete(key);
    },
  },
  {
    name: 'list gives every app service once, in order of id, in pages of the asked size',
    run: async (context) => {
      const made = [await context.deploy(), await context.deploy(), await context.deploy()];
      const all = await collectPages((page) => context.broker.list(page), ({ appServiceId }) => appServiceId, 2);
      for (const { status } of made) {
        assert.deepEqual(all.find(({ appServiceId }) => appServiceId === status.appServiceId), status);
      }
    },
  },
  {
    name: 'stop ends it; stopped, it keeps its configuration and output, and stop may be repeated',
    run: async (context) => {
      const { key, url } = await context.deploy();
      await context.broker.stop(key);
      await context.assertSilent(url);
      const status = await context.broker.get(key);
      assert.deepEqual(status.state, { phase: 'stopped' });
      assert.equal(status.replicasReady, 0);
      assert.equal(status.entryPointUrl, undefined);
      assert.deepEqual((await context.broker.configuration(key)).artifact, context.harness.artifacts.probe);
      assert.ok((await context.lines(key)).some(({ text }) => text.startsWith('listening on port')), 'its output is gone');
      await context.broker.stop(key);
    },
  },
  {
    name: 'a stopped one starts again by deploy, at the same address',
    run: async (context) => {
      const { key, url, instance } = await context.deploy();
      await context.broker.stop(key);
      const again = await context.deploy({}, key);
      assert.equal(again.url, url);
      assert.notEqual(again.instance, instance);
    },
  },
  {
    name: 'delete ends it and removes everything of it, also when repeated',
    run: async (context) => {
      const { key, url } = await context.deploy();
      await context.broker.delete(key);
      await context.assertSilent(url);
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await expectBrokerError(context.lines(key), 'NOT_FOUND');
      await context.assertNothingLeft();
      await context.broker.delete(key);
    },
  },
  {
    name: 'a stopped one can be deleted, and its id used again',
    run: async (context) => {
      const { key } = await context.deploy();
      await context.broker.stop(key);
      await context.broker.delete(key);
      await context.assertNothingLeft();
      assert.equal((await context.deploy({}, key)).status.state.phase, 'running');
    },
  },
  {
    name: 'simultaneous deployments of one app service with the same spec run it once',
    run: async (context) => {
      const key = context.newKey();
      const [one, two] = await Promise.all([context.deploy({}, key), context.deploy({}, key)]);
      assert.equal(one.instance, two.instance);
      assert.equal(one.url, two.url);
    },
  },
  {
    name: 'close ends app services; the next broker knows them and deploy starts them again, at the same address',
    requires: [reopening],
    run: async (context) => {
      const { key, url } = await context.deploy();
      await context.harness.reopen?.();
      const { state } = await context.broker.get(key);
      assert.ok(state.phase === 'stopped' || state.phase === 'starting' || state.phase === 'running', `it is ${state.phase}`);
      assert.deepEqual((await context.broker.configuration(key)).artifact, context.harness.artifacts.probe);
      assert.equal((await context.deploy({}, key)).url, url);
    },
  },
  {
    name: 'after a crash of the broker, an app service that ran is still the same or can be deployed again',
    requires: [crashing],
    run: async (context) => {
      const { key, status, instance } = await context.deploy();
      await context.harness.crash?.();
      const found = await context.broker.get(key);
      if (found.state.phase === 'running') assert.equal(await context.ask(found, '/instance'), instance);
      const again = await context.broker.deploy({ ...key, spec: context.spec() });
      assert.equal(again.entryPointUrl, status.entryPointUrl);
      await context.broker.delete(key);
      await context.assertNothingLeft();
    },
  },
];
