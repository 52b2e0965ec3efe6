import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { eventually, withinDeadline } from '../within-deadline.js';
import type { PaasContext } from './paas-context.js';

/** Deployments that fail or are cancelled, and app services that crash. */
export const failureCases: readonly ConformanceCase<PaasContext>[] = [
  {
    name: 'never healthy in time, a first deployment is DEADLINE_EXCEEDED with the last lines of output, without secrets, and leaves nothing',
    run: async (context) => {
      const key = context.newKey();
      const spec = context.spec({
        artifact: context.harness.artifacts.neverHealthy,
        environment: { PASSWORD: 'very-secret-value' },
        // Long enough for a slow machine to start it, or it would have said nothing.
        healthCheck: { port: 'web', path: '/healthz', intervalMs: 50, startWithinMs: 6_000 },
      });
      const error = await expectBrokerError(context.broker.deploy({ ...key, spec }), 'DEADLINE_EXCEEDED');
      assert.match(error.message, /still warming up\s*$/);
      assert.ok(!error.message.includes('very-secret-value'), 'the message holds a value of the environment');
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await context.assertNothingLeft();
    },
  },
  {
    name: 'one that crashes at each start is DEADLINE_EXCEEDED with the last lines of output and leaves nothing',
    run: async (context) => {
      const key = context.newKey();
      const healthCheck = { port: 'web', path: '/healthz', intervalMs: 50, startWithinMs: 15_000 };
      const spec = context.spec({ artifact: context.harness.artifacts.crashing, healthCheck });
      const error = await expectBrokerError(context.broker.deploy({ ...key, spec }), 'DEADLINE_EXCEEDED');
      assert.match(error.message, /cannot start\s*$/);
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await context.assertNothingLeft();
    },
  },
  {
    name: 'while it is not healthy yet, get answers starting; cancelled, the deployment rejects with CANCELLED and leaves nothing',
    run: async (context) => {
      const key = context.newKey();
      const cancel = new AbortController();
      const spec = context.spec({ artifact: context.harness.artifacts.neverHealthy });
      const deploying = context.broker.deploy({ ...key, spec }, { signal: cancel.signal });
      const rejected = expectBrokerError(deploying, 'CANCELLED');
      const status = await eventually(() => context.broker.get(key).catch(() => undefined), 'first status');
      assert.equal(status.state.phase, 'starting');
      assert.equal(status.replicasReady, 0);
      assert.equal(status.entryPointUrl, undefined, 'an entry point is told before it runs');
      cancel.abort();
      await rejected;
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await context.assertNothingLeft();
    },
  },
  {
    name: 'a deployment whose signal is aborted already rejects with CANCELLED and makes nothing',
    run: async (context) => {
      const key = context.newKey();
      await expectBrokerError(context.broker.deploy({ ...key, spec: context.spec() }, { signal: AbortSignal.abort() }), 'CANCELLED');
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
    },
  },
  {
    name: 'delete while it is being deployed ends the deployment and leaves nothing',
    run: async (context) => {
      const key = context.newKey();
      const spec = context.spec({ artifact: context.harness.artifacts.neverHealthy });
      const ended = assert.rejects(context.broker.deploy({ ...key, spec }));
      await eventually(() => context.broker.get(key).catch(() => undefined), 'first status');
      await withinDeadline(context.broker.delete(key), 'end of the delete');
      await withinDeadline(ended, 'end of the deployment');
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await context.assertNothingLeft();
    },
  },
  {
    name: 'if a replacement fails the app service is in error with a reason, and a good one brings it back',
    run: async (context) => {
      const { key } = await context.deploy();
      const healthCheck = { port: 'web', path: '/healthz', intervalMs: 50, startWithinMs: 1_500 };
      const bad = context.spec({ artifact: context.harness.artifacts.neverHealthy, healthCheck });
      await expectBrokerError(context.broker.deploy({ ...key, spec: bad }), 'DEADLINE_EXCEEDED');
      const { state, entryPointUrl } = await context.broker.get(key);
      assert.equal(state.phase, 'error');
      assert.ok(state.phase === 'error' && state.reason !== '', 'no reason is given');
      assert.equal(entryPointUrl, undefined);
      const { status } = await context.deploy({}, key);
      assert.equal(status.state.phase, 'running');
    },
  },
  {
    name: 'one that waits to become healthy does not hold up another',
    run: async (context) => {
      const slow = context.newKey();
      const cancel = new AbortController();
      const spec = context.spec({ artifact: context.harness.artifacts.neverHealthy });
      const waiting = expectBrokerError(context.broker.deploy({ ...slow, spec }, { signal: cancel.signal }), 'CANCELLED');
      const { status } = await context.deploy();
      assert.equal(status.state.phase, 'running');
      assert.equal((await context.broker.get(slow)).state.phase, 'starting');
      cancel.abort();
      await waiting;
    },
  },
  {
    name: 'an app service that crashes is started again, at the same address, and counts it',
    run: async (context) => {
      const { key, status, instance } = await context.deploy();
      await context.tell(status, '/exit?code=3');
      const again = await eventually(async () => {
        const now = await context.broker.get(key);
        return now.restarts > 0 && now.state.phase === 'running' ? now : undefined;
      }, 'restart after a crash');
      assert.equal(again.entryPointUrl, status.entryPointUrl);
      assert.notEqual(await context.ask(again, '/instance'), instance);
    },
  },
];
