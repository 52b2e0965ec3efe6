import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestProgram } from '@ocopea/embedded/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { HostTask } from './testing/broker-host.js';
import { key, ProcessFixture, probeSpec } from './testing/process-fixture.js';

// Each test starts processes, which takes seconds where others need the processors too.
vi.setConfig({ testTimeout: 120_000 });

let program: TestProgram;

beforeAll(async () => {
  program = await TestProgram.build(join(import.meta.dirname, 'testing/broker-host.ts'));
});
afterAll(() => program.remove());

/** Programs below the fixture's folder whose arguments end so. */
async function running(fixture: ProcessFixture, args: string): Promise<readonly string[]> {
  const found = await Promise.all(
    (await fixture.processes()).map(async (process) => {
      const [, pid] = /^process (\d+)/.exec(process) ?? [];
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
    }),
  );
  return found.filter((command) => command.startsWith(process.execPath) && command.endsWith(args));
}

const request = { ...key, runId: 'run', command: 'hang', deadlineMs: 60_000 };

it('ends a command that a killed broker left, before the next broker is open', async () => {
  await using fixture = await ProcessFixture.make();
  const host = program.start({ options: fixture.options, key, spec: probeSpec, command: 'hang' } satisfies HostTask);
  const hanging = () => running(fixture, 'command.mjs hang');
  await expect.poll(hanging, { timeout: 60_000 }).toHaveLength(1);
  await host.kill();
  expect(await hanging()).toHaveLength(1);

  const broker = await fixture.open();
  expect(await hanging()).toEqual([]);
  expect(await readdir(join(fixture.folder, 'commands'))).toEqual([]);
  expect((await broker.get(key)).state.phase).not.toBe('stopped');
});

it('ends a command at its deadline also when the broker was killed and never comes back', async () => {
  await using fixture = await ProcessFixture.make();
  const spec = await fixture.addArtifact('lasting', 'setInterval(() => undefined, 60_000);', { hang: ['node', 'main.mjs', 'hang'] });
  const host = program.start({ options: fixture.options, key, spec, command: 'hang', deadlineMs: 3_000 } satisfies HostTask);
  const hanging = () => running(fixture, 'main.mjs hang');
  await expect.poll(hanging, { timeout: 60_000 }).toHaveLength(1);
  await host.kill();
  await expect.poll(hanging, { timeout: 60_000 }).toEqual([]);
});

it('ends with a command all that it started', async () => {
  await using fixture = await ProcessFixture.make();
  const spec = await fixture.addArtifact('forking', 'setInterval(() => undefined, 60_000);', {
    fork: ['/bin/sh', '-c', `${process.execPath} main.mjs child </dev/null >/dev/null 2>&1 & echo started`],
  });
  const broker = await fixture.open();
  await broker.deploy({ ...key, spec });
  expect(await broker.runCommand({ ...request, command: 'fork' })).toEqual({ end: 'succeeded', output: 'started' });
  expect(await running(fixture, 'child')).toEqual([]);
});

it('says of a program that is not there that it is not', async () => {
  await using fixture = await ProcessFixture.make();
  const spec = await fixture.addArtifact('broken', 'setInterval(() => undefined, 60_000);', { gone: ['./no-such-program'] });
  const broker = await fixture.open();
  await broker.deploy({ ...key, spec });
  expect(await broker.runCommand({ ...request, command: 'gone' })).toMatchObject({ end: 'failed', problem: 'it ended with exit code 127', output: expect.stringContaining('no-such-program') });
});

it.each([{ freeze: 'node freeze.js' }, { freeze: [] }, { 'Not A Name': ['node'] }, ['freeze']])('refuses an artifact whose commands are %j', async (commands) => {
  await using fixture = await ProcessFixture.make();
  const spec = await fixture.addArtifact('odd', '', commands as never);
  const broker = await fixture.open();
  await expect(broker.deploy({ ...key, spec })).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('artifact.json') });
});
