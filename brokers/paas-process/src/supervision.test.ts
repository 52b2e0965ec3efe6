import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, key, linesOf, ProcessFixture, probeSpec, statusWhen } from './testing/process-fixture.js';

it('starts an app service again that runs but fails its health check', async () => {
  await using fixture = await ProcessFixture.make();
  const broker = await fixture.open();
  const status = await broker.deploy({ ...key, spec: probeSpec });
  const instance = await ask(status, '/instance');
  await ask(status, '/sicken', 'POST');
  const again = await statusWhen(broker, ({ restarts, state }) => restarts === 1 && state.phase === 'running');
  expect(await ask(again, '/instance')).not.toBe(instance);
});

it('gives up on an app service that crashes again and again, and says why with its last lines', async () => {
  await using fixture = await ProcessFixture.make();
  const spec = await fixture.addArtifact('doomed', 'console.error("no luck"); process.exit(7);');
  const broker = await fixture.open({ restart: { initialDelayMs: 5, giveUpAfter: 3 } });
  // Without a health check it counts as running as soon as it is there.
  await broker.deploy({ ...key, spec });
  const { state, restarts } = await statusWhen(broker, (status) => status.state.phase === 'error');
  expect(state).toMatchObject({ reason: expect.stringMatching(/exit code 7[^]*no luck/) });
  expect(restarts).toBe(2);
});

it('ends what does not end by itself, with everything it has started', async () => {
  await using fixture = await ProcessFixture.make();
  const stubborn = `
    import { spawn } from 'node:child_process';
    process.on('SIGTERM', () => undefined);
    spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => undefined); console.log("child"); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    setInterval(() => {}, 1000);`;
  const spec = await fixture.addArtifact('stubborn', stubborn);
  const broker = await fixture.open();
  await broker.deploy({ ...key, spec });
  for await (const { text } of broker.logs({ ...key, follow: true })) if (text === 'child') break;
  expect(await fixture.processes()).toHaveLength(2);
  await broker.stop(key);
  expect(await fixture.processes()).toEqual([]);
});

it('leaves no process behind when it is closed, and nothing at all when everything is deleted', async () => {
  await using fixture = await ProcessFixture.make();
  const broker = await fixture.open();
  await broker.deploy({ ...key, spec: probeSpec });
  expect(await fixture.processes()).toHaveLength(1);
  await broker.close();
  expect(await fixture.processes()).toEqual([]);
  const next = await fixture.open();
  expect((await next.get(key)).state).toEqual({ phase: 'stopped' });
  await next.delete(key);
  expect(await readdir(join(fixture.options.directory, 'spaces', 'default'))).toEqual([]);
});

it('keeps the environment, which holds secrets, in files that only this user can read', async () => {
  await using fixture = await ProcessFixture.make();
  const broker = await fixture.open();
  await broker.deploy({ ...key, spec: probeSpec });
  expect((await stat(fixture.options.directory)).mode & 0o777).toBe(0o700);
  const entries = await readdir(fixture.folder, { recursive: true, withFileTypes: true });
  const holders: string[] = [];
  const openToOthers: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if (((await stat(path)).mode & 0o077) !== 0) openToOthers.push(path);
    if ((await readFile(path, 'utf8')).includes('very-secret-value')) holders.push(entry.name);
  }
  expect(openToOthers).toEqual([]);
  expect(holders).toEqual(['deployment.json']);
});

it('gives an app service PATH and HOST, its spec and its ports, and nothing else', async () => {
  await using fixture = await ProcessFixture.make();
  const broker = await fixture.open({ path: '/bin' });
  const status = await broker.deploy({ ...key, spec: { ...probeSpec, environment: { ...probeSpec.environment, HOST: '0.0.0.0' } } });
  const { PWD: _, SHLVL: __, OLDPWD: ___, _: ____, ...environment } = JSON.parse(await ask(status, '/environment'));
  const { port } = new URL(status.entryPointUrl ?? '');
  expect(environment).toEqual({ PATH: '/bin', HOST: '127.0.0.1', PORT: port, PORT_WEB: port, PASSWORD: 'very-secret-value' });
});

it('bounds the output on disk; a cursor from before the rotation goes on without a repeat and without half a line', async () => {
  await using fixture = await ProcessFixture.make();
  const broker = await fixture.open({ output: { maxFileBytes: 64 * 1024, keepFiles: 2 } });
  const status = await broker.deploy({ ...key, spec: probeSpec });
  const [first] = await linesOf(broker);
  const path = join(fixture.folder, 'run');
  for (let round = 1; round <= 6; round++) {
    await ask(status, `/print?lines=2000&text=round-${round}-of-many-lines-of-some-length`, 'POST');
    await expect.poll(async () => (await stat(join(path, 'out.log'))).size, { timeout: 10_000 }).toBeLessThan(64 * 1024);
  }
  await ask(status, '/print?lines=10&text=last', 'POST');
  const sizes = await Promise.all((await readdir(path)).filter((name) => name.startsWith('out')).map(async (name) => (await stat(join(path, name))).size));
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(600 * 1024);

  const lines = await linesOf(broker, first?.cursor);
  expect(lines.length).toBeGreaterThanOrEqual(1_000);
  expect(lines.at(-1)?.text).toBe('last 10');
  for (const { text } of lines) expect(text).toMatch(/^(round-\d-of-many-lines-of-some-length|last) \d+$/);
  expect(new Set(lines.map(({ text }) => text)).size).toBe(lines.length);
  expect(await linesOf(broker, lines[500]?.cursor)).toEqual(lines.slice(501));
});
