import assert from 'node:assert/strict';
import type { AppServiceSpec, BrokerErrorCode } from '@ocopea/broker-contract';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { listenSomewhere } from './listen-somewhere.js';
import { entryPoint, type PaasContext, sharedPorts } from './paas-context.js';

/** `info`, `spaces`, and what `deploy` makes or refuses. */
export const deployCases: readonly ConformanceCase<PaasContext>[] = [
  {
    name: 'info names the product, a semantic version and artifact types, and there is at least one space',
    run: async ({ broker, harness }) => {
      const info = await broker.info();
      assert.match(info.product, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.match(info.version, /^\d+\.\d+\.\d+/);
      assert.ok(info.artifactTypes.length > 0, 'no artifact type');
      assert.ok(info.appServiceIdMaxLength >= 20, 'ids of 20 characters do not fit');
      assert.ok((await broker.spaces()).some(({ name }) => name === harness.space), `space "${harness.space}" is not listed`);
    },
  },
  {
    name: 'deploy resolves once the app service runs and is healthy; its entry point answers',
    run: async (context) => {
      const { key, status } = await context.deploy();
      assert.deepEqual({ space: status.space, appServiceId: status.appServiceId }, key);
      assert.deepEqual(status.state, { phase: 'running' });
      assert.equal(status.replicasReady, 1);
      assert.equal(status.restarts, 0);
      assert.equal(await context.ask(status, '/healthz'), 'healthy');
      assert.deepEqual(await context.broker.get(key), status);
    },
  },
  {
    name: 'without a health check, deploy resolves once it runs',
    run: async (context) => {
      const { healthCheck: _, ...spec } = context.spec();
      const key = context.newKey();
      assert.equal((await context.broker.deploy({ ...key, spec })).state.phase, 'running');
      await context.linesUntil(key, ({ text }) => text.startsWith('listening on port'));
      assert.equal(await context.ask(await context.broker.get(key), '/healthz'), 'healthy');
    },
  },
  {
    name: 'it gets its environment, PORT and PORT_<NAME>, and nothing of the environment of the broker',
    run: async (context) => {
      const given = { GREETING: 'hello', EMPTY: '', ODD: 'ä "$HOME" \\ \n x' };
      const ports = [{ name: 'web', protocol: 'http' }, { name: 'side', protocol: 'tcp' }] as const;
      process.env['CONFORMANCE_CANARY'] = 'of the broker';
      const { status } = await context.deploy({ ports, environment: given }).finally(() => delete process.env['CONFORMANCE_CANARY']);
      const environment = await context.environment(status);
      for (const [name, value] of Object.entries(given)) assert.equal(environment[name], value);
      assert.equal(environment['PORT'], environment['PORT_WEB']);
      assert.notEqual(environment['PORT_SIDE'], environment['PORT_WEB']);
      assert.equal(environment['CONFORMANCE_CANARY'], undefined);
    },
  },
  {
    name: 'deploy repeated with the same spec changes nothing',
    run: async (context) => {
      const { key, status, instance } = await context.deploy();
      assert.deepEqual(await context.broker.deploy({ ...key, spec: context.spec() }), status);
      assert.equal(await context.ask(status, '/instance'), instance);
    },
  },
  {
    name: 'deploy with another spec replaces what runs',
    run: async (context) => {
      const first = await context.deploy();
      const second = await context.deploy({ environment: { GREETING: 'goodbye' } }, first.key);
      assert.notEqual(second.instance, first.instance);
      assert.equal((await context.environment(second.status))['GREETING'], 'goodbye');
      const third = await context.deploy({ artifact: context.harness.artifacts.otherProbe }, first.key);
      assert.notEqual(third.instance, second.instance);
      assert.deepEqual((await context.broker.configuration(first.key)).artifact, context.harness.artifacts.otherProbe);
      assert.equal(third.status.restarts, 0, 'a replacement counts as a restart');
    },
  },
  {
    name: 'configuration is what runs: the spec, and the names of the environment without a value',
    run: async (context) => {
      const spec = context.spec({ environment: { GREETING: 'hello', PASSWORD: 'very-secret-value' } });
      const { key } = await context.deploy(spec);
      const configuration = await context.broker.configuration(key);
      assert.deepEqual(configuration.artifact, spec.artifact);
      assert.deepEqual(configuration.ports, spec.ports);
      assert.deepEqual(configuration.healthCheck, spec.healthCheck);
      assert.equal(configuration.replicas, 1);
      assert.deepEqual([...configuration.environmentNames].sort(), ['GREETING', 'PASSWORD']);
      assert.ok(!JSON.stringify(configuration).includes('very-secret-value'), 'a value of the environment is in it');
    },
  },
  {
    name: 'a fixed port is the one it gets; in use by somebody else it is PORT_IN_USE and nothing stays',
    requires: [sharedPorts],
    run: async (context) => {
      const listener = await listenSomewhere();
      const ports = [{ name: 'web', port: listener.port, protocol: 'http' }] as const;
      const key = context.newKey();
      const error = await expectBrokerError(context.broker.deploy({ ...key, spec: context.spec({ ports }) }), 'PORT_IN_USE');
      assert.ok(error.message.includes(String(listener.port)), 'the message does not name the port');
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      await listener.close();
      const { status } = await context.deploy({ ports }, key);
      assert.equal(new URL(entryPoint(status)).port, String(listener.port));
    },
  },
  {
    name: 'a port that another app service has is PORT_IN_USE, and the other goes on',
    requires: [sharedPorts],
    run: async (context) => {
      const first = await context.deploy();
      const ports = [{ name: 'web', port: Number(new URL(first.url).port), protocol: 'http' }] as const;
      const key = context.newKey();
      await expectBrokerError(context.broker.deploy({ ...key, spec: context.spec({ ports }) }), 'PORT_IN_USE');
      await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      assert.equal(await context.ask(first.status, '/instance'), first.instance);
    },
  },
  {
    name: 'what it cannot run is refused with the code that says why, and makes nothing',
    run: async (context) => {
      const { probe } = context.harness.artifacts;
      const web = { name: 'web', protocol: 'http' } as const;
      const wrong: readonly [BrokerErrorCode, Partial<AppServiceSpec>][] = [
        ['NOT_SUPPORTED', { artifact: { ...probe, type: 'no-such-type' } }],
        ['NOT_FOUND', { artifact: { ...probe, name: 'no-such-artifact' } }],
        ['NOT_FOUND', { artifact: { ...probe, version: '99.99.99' } }],
        ['INVALID_REQUEST', { artifact: { ...probe, name: '../probe' } }],
        ['INVALID_REQUEST', { ports: [web, web] }],
        ['INVALID_REQUEST', { ports: [{ ...web, port: 70_000 }] }],
        ['INVALID_REQUEST', { healthCheck: { port: 'no-such-port', path: '/' } }],
        ['INVALID_REQUEST', { ports: [{ name: 'web', protocol: 'tcp' }] }],
        ['INVALID_REQUEST', { healthCheck: { port: 'web', path: 'no-slash' } }],
        ['INVALID_REQUEST', { environment: { 'NOT A NAME': 'x' } }],
        ['INVALID_REQUEST', { replicas: 0 }],
      ];
      for (const [code, more] of wrong) {
        const key = context.newKey();
        await expectBrokerError(context.broker.deploy({ ...key, spec: context.spec(more) }), code);
        await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      }
      await expectBrokerError(context.broker.deploy({ space: 'no-such-space', appServiceId: newCaseId(), spec: context.spec() }), 'NOT_FOUND');
    },
  },
  {
    name: 'an id outside [a-z0-9-] or longer than the broker takes is INVALID_REQUEST',
    run: async (context) => {
      const { space } = context.harness;
      const { appServiceIdMaxLength } = await context.broker.info();
      for (const appServiceId of ['', 'UPPER', '../escape', 'a/b', 'a b', 'a'.repeat(appServiceIdMaxLength + 1)]) {
        await expectBrokerError(context.broker.deploy({ space, appServiceId, spec: context.spec() }), 'INVALID_REQUEST');
      }
    },
  },
  {
    name: 'a capability that the broker does not declare is NOT_SUPPORTED when a spec asks for it',
    run: async (context) => {
      const { capabilities } = await context.broker.info();
      const asks: readonly [boolean | undefined, Partial<AppServiceSpec>][] = [
        [capabilities.replicas, { replicas: 2 }],
        [capabilities.resources, { resources: { memoryBytes: 64 * 1024 * 1024 } }],
        [capabilities.registryCredentials, { artifact: { ...context.harness.artifacts.probe, registryCredentials: 'some' } }],
      ];
      for (const [isDeclared, more] of asks) {
        if (isDeclared === true) continue;
        const key = context.newKey();
        await expectBrokerError(context.broker.deploy({ ...key, spec: context.spec(more) }), 'NOT_SUPPORTED');
        await expectBrokerError(context.broker.get(key), 'NOT_FOUND');
      }
    },
  },
];
