import { createMemoryPaasBroker } from '@ocopea/paas-memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDocument, createCopyDocument, deleteAppDocument, deployDocument, pairsManifest } from '../../testing/documents.js';
import { pairsApp, silentApp } from '../../testing/pairs-app.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;
let starts = 0;

beforeAll(async () => {
  const counted = { ...pairsApp, start: (host: Parameters<typeof pairsApp.start>[0]) => (starts++, pairsApp.start(host)) };
  site = await TestSite.start({ brokers: { paas: createMemoryPaasBroker({ artifacts: [counted, silentApp] }) } });
});
afterAll(() => site?.remove());

const deploy = async (name: string, manifest: object = pairsManifest) => {
  const { payload, operation } = await site.client.run<{ operation: { id: string }; appInstance: { id: string } }>(deployDocument, {
    input: { siteId: site.siteId, name, manifest },
  });
  return { id: payload.appInstance.id, operation };
};
const read = async (id: string) => (await site.client.get(appDocument, { id })).appInstance;
const servicesAtBrokers = async () => ({
  dataServices: (await site.brokers.dataService.list()).items.length,
  appServices: (await site.brokers.paas.list()).items.length,
});
const brokenManifest = {
  ...pairsManifest,
  appServices: [
    pairsManifest.appServices[0],
    { ...pairsManifest.appServices[0], name: 'silent', entryPoint: false, artifact: { type: 'memory', name: 'silent', version: '1.0.0' }, healthCheck: { port: 'http', path: '/', startWithinMs: 300 } },
  ],
};

describe('an app instance', () => {
  it('runs with its binding, and answers where the graph says', async () => {
    const { id } = await deploy('bound');
    const app = await read(id);
    expect(app).toMatchObject({ name: 'bound', phase: 'RUNNING', reason: null, dataServices: [{ name: 'db', phase: 'RUNNING' }], appServices: [{ name: 'web', phase: 'RUNNING' }] });
    await fetch(new URL('a', app.entryPointUrl), { method: 'PUT', body: '1' });
    expect(await (await fetch(new URL('a', app.entryPointUrl))).text()).toBe('1');
  });

  it('that cannot start leaves nothing behind but the reason, and gives its name to the next', async () => {
    const before = await servicesAtBrokers();
    const { id, operation } = await deploy('unlucky', brokenManifest);
    expect(operation).toMatchObject({ outcome: 'FAILED', error: { code: 'DEADLINE_EXCEEDED', message: expect.stringMatching(/^app service "silent" did not become healthy[^]*waiting for something that never comes/) as string } });
    expect(await read(id)).toMatchObject({ phase: 'FAILED', reason: operation.error?.message, dataServices: [], appServices: [], entryPointUrl: null });
    expect(await servicesAtBrokers()).toEqual(before);

    const next = await deploy('unlucky');
    expect(next.operation.outcome).toBe('SUCCEEDED');
    expect(await read(id)).toBeNull();
  });

  it('of which nothing could be created gives its name to the next as well', async () => {
    const { id, operation } = await deploy('stillborn', { ...pairsManifest, dataServices: [{ ...pairsManifest.dataServices[0], settings: [{ name: 'colour', value: 'red' }] }] });
    expect(operation).toMatchObject({ outcome: 'FAILED', error: { code: 'INVALID_REQUEST' } });
    expect(await read(id)).toMatchObject({ phase: 'FAILED', dataServices: [], appServices: [] });
    expect((await deploy('stillborn')).operation.outcome).toBe('SUCCEEDED');
  });

  it('can be deployed once more by retrying the failed operation', async () => {
    const { id, operation } = await deploy('retried', brokenManifest);
    const { payload, operation: again } = await site.client.run('mutation ($input: RetryOperationInput!) { retryOperation(input: $input) { operation { id retryOf } } }', {
      input: { operationId: operation.id },
    });
    expect(payload.operation.retryOf).toBe(operation.id);
    expect(again.outcome).toBe('FAILED');
    expect(again.subjectId).toBe(id);
    expect(await read(id)).toMatchObject({ phase: 'FAILED', dataServices: [] });
  });

  it('keeps its data while it is stopped', async () => {
    const { id } = await deploy('paused');
    const { entryPointUrl } = await read(id);
    await fetch(new URL('kept', entryPointUrl), { method: 'PUT', body: 'yes' });
    const stopped = await site.client.run('mutation ($input: StopAppInput!) { stopApp(input: $input) { operation { id } } }', { input: { appInstanceId: id } });
    expect(stopped.operation.outcome).toBe('SUCCEEDED');
    expect(await read(id)).toMatchObject({ phase: 'STOPPED', entryPointUrl: null, appServices: [{ phase: 'STOPPED' }], dataServices: [{ phase: 'RUNNING' }] });
    await expect(fetch(entryPointUrl)).rejects.toThrow('fetch failed');

    await site.client.run('mutation ($input: StartAppInput!) { startApp(input: $input) { operation { id } } }', { input: { appInstanceId: id } });
    const started = await read(id);
    expect(started.phase).toBe('RUNNING');
    expect(await (await fetch(new URL('kept', started.entryPointUrl))).text()).toBe('yes');
  });

  it('that is deleted frees its services and its name, and leaves its copies', async () => {
    const before = await servicesAtBrokers();
    const { id } = await deploy('gone');
    const copied = await site.client.run(createCopyDocument, { input: { appInstanceId: id } });
    const { operation } = await site.client.run(deleteAppDocument, { input: { appInstanceId: id } });
    expect(operation.outcome).toBe('SUCCEEDED');
    expect(await read(id)).toBeNull();
    expect(await servicesAtBrokers()).toEqual(before);
    const { copy } = await site.client.get('query ($id: ID!) { copy(id: $id) { usable appInstanceId appInstanceName appInstance { id } } }', { id: copied.payload.copy.id });
    expect(copy).toEqual({ usable: true, appInstanceId: id, appInstanceName: 'gone', appInstance: null });
    expect((await deploy('gone')).operation.outcome).toBe('SUCCEEDED');
  });

  it('is deployed once, however often the same request comes', async () => {
    const input = { siteId: site.siteId, name: 'once', manifest: pairsManifest, idempotencyKey: 'key-1' };
    const answers = await Promise.all([1, 2, 3].map(() => site.client.get(deployDocument, { input })));
    expect(new Set(answers.map(({ deployApp }) => deployApp.operation.id)).size).toBe(1);
    expect(new Set(answers.map(({ deployApp }) => deployApp.appInstance.id)).size).toBe(1);
    await site.client.ended(answers[0].deployApp.operation.id);
    const later = await site.client.get(deployDocument, { input });
    expect(later.deployApp.operation.id).toBe(answers[0].deployApp.operation.id);
  });

  it('goes on undisturbed while its Site is stopped and started, and is brought back when it is not running then', async () => {
    const { id } = await deploy('lasting');
    const { entryPointUrl } = await read(id);
    const row = (await site.brokers.paas.list()).items.find((one) => one.entryPointUrl === entryPointUrl)!;
    await site.stop();
    const startsBefore = starts;
    await site.startAgain();
    await site.reconciled();
    expect(starts).toBe(startsBefore);
    expect((await fetch(new URL('healthz', entryPointUrl))).status).toBe(200);

    await site.stop();
    await site.brokers.paas.stop(row);
    await site.startAgain();
    await site.reconciled();
    expect(starts).toBe(startsBefore + 1);
    expect((await fetch(new URL('healthz', (await read(id)).entryPointUrl))).status).toBe(200);
  });
});
