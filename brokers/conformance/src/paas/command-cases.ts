import assert from 'node:assert/strict';
import { type AppServiceKey, runOutputLength } from '@ocopea/broker-contract';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { withinDeadline } from '../within-deadline.js';
import { commanding, type PaasContext, pausing } from './paas-context.js';

const request = (key: AppServiceKey, command: string, deadlineMs = 60_000) => ({ ...key, runId: newCaseId(), command, deadlineMs });

/** `commandsOf` and `runCommand`. */
export const commandCases: readonly ConformanceCase<PaasContext>[] = [
  {
    name: 'a command without the capability is NOT_SUPPORTED',
    requires: [{ name: 'a broker without the capability commands', isMet: async (context) => !(await commanding.isMet(context)) }],
    run: async (context) => {
      const { key } = await context.deploy();
      await expectBrokerError(context.broker.commandsOf(context.harness.artifacts.probe), 'NOT_SUPPORTED');
      await expectBrokerError(context.broker.runCommand(request(key, 'greet')), 'NOT_SUPPORTED');
    },
  },
  {
    name: 'a command that the artifact declares runs with the environment of the app service, and what it says is kept',
    requires: [commanding],
    run: async (context) => {
      const { broker, harness } = context;
      assert.ok((await broker.commandsOf(harness.artifacts.probe)).includes('greet'));
      await expectBrokerError(broker.commandsOf({ ...harness.artifacts.probe, name: 'no-such-artifact' }), 'NOT_FOUND');
      const { key, status, instance } = await context.deploy();
      const { end, output, problem } = await broker.runCommand({ ...request(key, 'greet'), environment: { HOOK: 'before-copy' } });
      assert.deepEqual({ end, problem, lines: output.split('\n').sort() }, { end: 'succeeded', problem: undefined, lines: ['greeted', 'hello before-copy'] });
      assert.equal(await context.ask(status, '/instance'), instance, 'the app service is another one');
    },
  },
  {
    name: 'a command that fails is an answer that says so',
    requires: [commanding],
    run: async (context) => {
      const { key } = await context.deploy();
      const { end, output, problem } = await context.broker.runCommand(request(key, 'fail'));
      assert.deepEqual({ end, output }, { end: 'failed', output: 'cannot do it' });
      assert.match(problem ?? '', /\b3\b/);
    },
  },
  {
    name: 'a command is ended at its deadline, and when it is cancelled; nothing of it stays',
    requires: [commanding],
    run: async (context) => {
      const { key } = await context.deploy();
      const late = await withinDeadline(context.broker.runCommand(request(key, 'hang', 1_500)), 'end at the deadline');
      assert.deepEqual({ end: late.end, output: late.output }, { end: 'late', output: 'waiting' });
      assert.ok(late.problem);
      const abort = new AbortController();
      const running = context.broker.runCommand(request(key, 'hang'), { signal: abort.signal });
      setImmediate(() => abort.abort());
      await expectBrokerError(running, 'CANCELLED');
      await expectBrokerError(context.broker.runCommand(request(key, 'greet'), { signal: abort.signal }), 'CANCELLED');
      await expectBrokerError(context.broker.runCommand(request(key, 'greet', 0)), 'INVALID_REQUEST');
    },
  },
  {
    name: 'the output of a command is bounded, and has no secret of the environment',
    requires: [commanding],
    run: async (context) => {
      const { key } = await context.deploy({ environment: { PASSWORD: 'very-secret-value' } });
      const { end, output } = await context.broker.runCommand(request(key, 'tell'));
      assert.equal(end, 'succeeded');
      assert.ok(output.length <= runOutputLength, `${output.length} characters were kept`);
      assert.ok(output.endsWith('1999 ***'), `it ends with ${JSON.stringify(output.slice(-40))}`);
      assert.ok(!output.includes('secret'), 'the secret is in it');
    },
  },
  {
    name: 'a command runs while the app service is paused, which stays paused',
    requires: [commanding, pausing],
    run: async (context) => {
      const { key, status } = await context.deploy();
      const hold = { ...key, holdId: newCaseId() };
      await context.broker.pause({ ...hold, holdForMs: 60_000 });
      let isAnswered = false;
      const asking = context.ask(status, '/instance').finally(() => (isAnswered = true));
      asking.catch(() => undefined);
      assert.equal((await context.broker.runCommand(request(key, 'greet'))).end, 'succeeded');
      assert.equal(isAnswered, false, 'it answers although it is paused');
      await context.broker.unpause(hold);
      await asking;
    },
  },
  {
    name: 'a command of nobody is NOT_FOUND, beside a stopped app service it is CONFLICT; a stop ends one that runs',
    requires: [commanding],
    run: async (context) => {
      await expectBrokerError(context.broker.runCommand(request(context.newKey(), 'greet')), 'NOT_FOUND');
      const { key } = await context.deploy();
      const unknown = await expectBrokerError(context.broker.runCommand(request(key, 'no-such-command')), 'NOT_FOUND');
      assert.match(unknown.message, /greet/);
      const running = context.broker.runCommand(request(key, 'hang')).catch((error: unknown) => error);
      await context.broker.stop(key);
      await withinDeadline(running, 'end with the app service');
      await expectBrokerError(context.broker.runCommand(request(key, 'greet')), 'CONFLICT');
    },
  },
];
