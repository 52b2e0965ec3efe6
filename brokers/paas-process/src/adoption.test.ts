import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppServiceSpec, AppServiceStatus } from '@ocopea/broker-contract';
import { TestProgram } from '@ocopea/embedded/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { HostTask } from './testing/broker-host.js';
import { ask, key, linesOf, ProcessFixture, probeSpec, statusWhen } from './testing/process-fixture.js';

// Each test starts processes, which takes seconds where others need the processors too.
vi.setConfig({ testTimeout: 120_000 });

let program: TestProgram;

beforeAll(async () => {
  program = await TestProgram.build(join(import.meta.dirname, 'testing/broker-host.ts'));
});
afterAll(() => program.remove());

const neverHealthy = { ...probeSpec, artifact: { ...probeSpec.artifact, name: 'never-healthy' } };

it('adopts an app service that ran on while the broker was killed: same process, same address, its log without a gap', async () => {
  await using fixture = await ProcessFixture.make();
  const deployed = await deployAndKill(fixture, probeSpec);
  const instance = await ask(deployed, '/instance');
  await ask(deployed, '/print?lines=100&text=alone', 'POST');

  const broker = await fixture.open();
  const adopted = await statusWhen(broker, ({ state }) => state.phase === 'running');
  expect(adopted).toEqual(deployed);
  expect(await ask(adopted, '/instance')).toBe(instance);
  expect(await broker.deploy({ ...key, spec: probeSpec })).toEqual(deployed);
  expect(await ask(adopted, '/instance')).toBe(instance);
  const lines = await linesOf(broker);
  expect(lines.filter(({ text }) => text.startsWith('alone'))).toHaveLength(100);
});

it('looks after an adopted app service: it is started again when it ends, and ended when it is deleted', async () => {
  await using fixture = await ProcessFixture.make();
  await deployAndKill(fixture, probeSpec);
  const broker = await fixture.open();
  const adopted = await statusWhen(broker, ({ state }) => state.phase === 'running');
  await ask(adopted, '/exit', 'POST');
  const again = await statusWhen(broker, ({ restarts, state }) => restarts === 1 && state.phase === 'running');
  expect(again.entryPointUrl).toBe(adopted.entryPointUrl);
  await broker.delete(key);
  expect(await fixture.processes()).toEqual([]);
  expect(await readdir(join(fixture.options.directory, 'spaces', 'default'))).toEqual([]);
});

it.each([
  ['stopped until it is deployed', 'adopt-only', 'stopped'],
  ['started again where the broker is told so', 'all', 'running'],
] as const)('an app service that died while the broker was away is %s', async (_, startOnOpen, phase) => {
  await using fixture = await ProcessFixture.make();
  const deployed = await deployAndKill(fixture, probeSpec);
  await ask(deployed, '/exit', 'POST');
  await expect.poll(() => fixture.processes(), { timeout: 20_000 }).toEqual([]);
  const broker = await fixture.open({ startOnOpen });
  await statusWhen(broker, ({ state }) => state.phase === phase);
  expect((await broker.deploy({ ...key, spec: probeSpec })).entryPointUrl).toBe(deployed.entryPointUrl);
});

it('removes a first deployment that was half made when the broker was killed, with its process', async () => {
  await using fixture = await ProcessFixture.make();
  const host = startHost(fixture, neverHealthy);
  const output = () => readFile(join(fixture.folder, 'run', 'out.log'), 'utf8').catch(() => '');
  await expect.poll(output, { timeout: 60_000 }).toContain('still warming up');
  await host.kill();
  expect(await fixture.processes()).toHaveLength(1);
  const broker = await fixture.open();
  await expect(broker.get(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await fixture.processes()).toEqual([]);
});

it('refuses a folder that another living process has opened, and says which', async () => {
  await using fixture = await ProcessFixture.make();
  const host = startHost(fixture, probeSpec);
  await host.message(() => true);
  await expect(fixture.open()).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED', message: expect.stringContaining(`process ${host.pid}`) });
  await host.kill();
});

/** A process of its own that opens a broker and deploys. */
function startHost({ options }: ProcessFixture, spec: AppServiceSpec) {
  const task: HostTask = { options, key, spec };
  return program.start(task);
}

/** Deploys in a process of its own, which then is killed; the app service goes on. */
async function deployAndKill(fixture: ProcessFixture, spec: AppServiceSpec): Promise<AppServiceStatus> {
  const host = startHost(fixture, spec);
  try {
    return await host.message<AppServiceStatus>(() => true);
  } finally {
    await host.kill();
  }
}
