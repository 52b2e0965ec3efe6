import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identify, isAlive, waitForEnd, type ProcessIdentity } from './process-identity.js';
import { SupervisedProcess, type SupervisedProcessOptions, type SupervisedState } from './supervised-process.js';
import { temporaryDirectory } from './testing/temporary-directory.js';
import { TestProgram } from './testing/test-program.js';

const started: SupervisedProcess[] = [];
async function stopAll(): Promise<void> {
  for (const one of started.splice(0)) await one.stop({ graceMs: 0 });
}

function supervise(directory: string, script: string, more: Partial<SupervisedProcessOptions> = {}): SupervisedProcess {
  const supervised = new SupervisedProcess({ directory: join(directory, 'p'), command: ['/bin/sh', '-c', script], cwd: '/', environment: { PATH: '/usr/bin:/bin' }, pollMs: 20, ...more });
  started.push(supervised);
  return supervised;
}

function enters<Phase extends SupervisedState['phase']>(supervised: SupervisedProcess, phase: Phase): Promise<Extract<SupervisedState, { phase: Phase }>> {
  return new Promise((resolve) => {
    const look = (state: SupervisedState) => {
      if (state.phase !== phase) return;
      stop();
      resolve(state as Extract<SupervisedState, { phase: Phase }>);
    };
    const stop = supervised.onChange(look);
    look(supervised.state);
  });
}

function runningIdentity(supervised: SupervisedProcess): ProcessIdentity {
  if (supervised.state.phase !== 'running') throw new Error(`it is ${supervised.state.phase}`);
  return supervised.state.identity;
}

const untilKilled = 'echo ready; exec sleep 600';
const quick = { initialDelayMs: 1, maxDelayMs: 5 };

describe('a supervised process', () => {
  it('runs with exactly the given environment, its output in files', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const supervised = supervise(directory.path, 'echo "$SECRET:$HOME"; echo oops >&2; exit 3', { environment: { SECRET: 'x' }, restart: 'never' });
    await supervised.start();
    expect(await enters(supervised, 'failed')).toEqual({ phase: 'failed', reason: 'ended with exit code 3' });
    expect(await supervised.out.lastLines(5)).toEqual(['x:']);
    expect(await supervised.err.lastLines(5)).toEqual(['oops']);
  });

  it('is ended with its whole group, and not started again', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const pidFile = join(directory.path, 'pid');
    const supervised = supervise(directory.path, `sleep 600 & echo $! > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; wait`);
    await supervised.start();
    const leader = runningIdentity(supervised);
    const member = identify(Number(await contentOf(pidFile)))!;
    await supervised.stop({ graceMs: 5_000 });
    expect(isAlive(leader)).toBe(false);
    expect(await waitForEnd(member, 5_000)).toBe(true);
    expect(supervised.state).toEqual({ phase: 'stopped' });
    expect(supervised.restarts).toBe(0);
  });

  it('is started again when it ends, and given up after failing soon again and again', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const supervised = supervise(directory.path, 'echo run; exit 1', { restart: { ...quick, giveUpAfter: 4 } });
    const phases: string[] = [];
    supervised.onChange(({ phase }) => phases.push(phase));
    await supervised.start();
    expect((await enters(supervised, 'failed')).reason).toContain('exit code 1, 4 times in a row');
    expect(await supervised.out.lastLines(10)).toEqual(['run', 'run', 'run', 'run']);
    expect(supervised.restarts).toBe(3);
    expect(phases).toEqual(['running', 'backing-off', 'running', 'backing-off', 'running', 'backing-off', 'running', 'failed']);
  });

  it('counts failures anew after a long run', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const supervised = supervise(directory.path, 'exit 1', { restart: { ...quick, giveUpAfter: 2, quickFailureMs: 0 } });
    await supervised.start();
    await new Promise<void>((resolve) => supervised.onChange(() => supervised.restarts >= 5 && resolve()));
    expect(supervised.state.phase).not.toBe('failed');
  });

  it('can be stopped while it waits to be started again', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const supervised = supervise(directory.path, 'exit 1', { restart: { initialDelayMs: 600_000, maxDelayMs: 600_000 } });
    await supervised.start();
    await enters(supervised, 'backing-off');
    await supervised.stop();
    expect(supervised.state.phase).toBe('stopped');
  });

  it('is ended and started again when its supervisor says that it failed', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const supervised = supervise(directory.path, untilKilled, { restart: quick });
    await supervised.start();
    const before = runningIdentity(supervised);
    const states: SupervisedState[] = [];
    supervised.onChange((state) => states.push(state));
    await supervised.fail('its health check fails', { graceMs: 5_000 });
    await enters(supervised, 'running');
    expect(isAlive(before)).toBe(false);
    expect(states[0]).toMatchObject({ phase: 'backing-off', reason: 'its health check fails' });
    expect(runningIdentity(supervised)).not.toEqual(before);
  });

  it('says what cannot be started', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const supervised = supervise(directory.path, '', { cwd: '/no-such-folder' });
    await expect(supervised.start()).rejects.toMatchObject({ code: 'START_FAILED', message: expect.stringContaining('/no-such-folder') as string });
    expect(supervised.state.phase).toBe('stopped');
  });

  it('has bounded output', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const round = (number: number) => join(directory.path, `round-${number}`);
    // A round is one write that fills a file, and waits for the one before to be put away, which is late on a busy machine.
    const script = `for round in ${[1, 2, 3].map(round).join(' ')}; do until [ -e $round ]; do sleep 0.01; done; cat $round; done; exec sleep 600`;
    const supervised = supervise(directory.path, script, { output: { maxFileBytes: 4_000, keepFiles: 1 } });
    await supervised.start();
    let written = 0;
    for (const number of [1, 2, 3]) {
      const lines = Array.from({ length: 300 }, (_, line) => `round ${number}, line ${line}\n`).join('');
      await writeFile(`${round(number)}.new`, lines);
      await rename(`${round(number)}.new`, round(number));
      written += lines.length;
      await untilTrue(async () => (await supervised.out.end()) === written && (await stat(supervised.out.path)).size === 0);
    }
    expect(await supervised.out.start()).toBe((written / 3) * 2);
    expect(await supervised.out.lastLines(1)).toEqual(['round 3, line 299']);
  });
});

describe('after its supervisor was killed', () => {
  let supervisor: TestProgram;
  let diesAtTheGate: TestProgram;
  beforeAll(async () => {
    supervisor = await TestProgram.build(join(import.meta.dirname, 'testing/supervisor.ts'));
    diesAtTheGate = await TestProgram.build(join(import.meta.dirname, 'testing/dies-at-the-gate.ts'));
  });
  afterAll(async () => {
    await supervisor.remove();
    await diesAtTheGate.remove();
  });

  async function orphan(directory: string, script: string): Promise<ProcessIdentity> {
    const host = supervisor.start({ directory: join(directory, 'p'), command: ['/bin/sh', '-c', script], cwd: '/', environment: {} });
    const state = await host.message<Extract<SupervisedState, { phase: 'running' }>>(() => true);
    await host.kill();
    return state.identity;
  }

  it('a process goes on and is adopted, with its output', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const identity = await orphan(directory.path, untilKilled);
    expect(isAlive(identity)).toBe(true);
    const supervised = supervise(directory.path, untilKilled);
    await supervised.start();
    expect(supervised.state).toMatchObject({ phase: 'running', identity, adopted: true });
    expect(await supervised.out.lastLines(1)).toEqual(['ready']);
    await supervised.stop();
    expect(isAlive(identity)).toBe(false);
  });

  it('an adopted process that ends is started again', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const identity = await orphan(directory.path, untilKilled);
    const supervised = supervise(directory.path, untilKilled, { restart: quick });
    expect(await supervised.adopt()).toBe(true);
    process.kill(identity.pid, 'SIGKILL');
    await enters(supervised, 'backing-off');
    expect(await enters(supervised, 'running')).toMatchObject({ adopted: false });
  });

  it('one that has ended meanwhile, or whose pid is another process now, is not adopted', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const identity = await orphan(directory.path, 'exit 0');
    expect(await waitForEnd(identity, 5_000)).toBe(true);
    expect(await supervise(directory.path, untilKilled).adopt()).toBe(false);
    await writeFile(join(directory.path, 'p/process.json'), JSON.stringify({ pid: process.pid, startedAt: 'another boot' }));
    const supervised = supervise(directory.path, untilKilled);
    expect(await supervised.adopt()).toBe(false);
    await supervised.stop();
    expect(identify(process.pid)).toBeDefined();
  });

  it('a released process is adopted by another supervisor', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const first = supervise(directory.path, untilKilled);
    await first.start();
    const identity = runningIdentity(first);
    await first.release();
    const second = supervise(directory.path, untilKilled);
    expect(await second.adopt()).toBe(true);
    expect(runningIdentity(second)).toEqual(identity);
    await second.stop();
  });

  it('a process of whom nothing was written down yet never ran', async () => {
    await using directory = await temporaryDirectory(stopAll);
    const proof = join(directory.path, 'it-ran');
    const host = diesAtTheGate.start({ log: join(directory.path, 'log'), command: ['/bin/sh', '-c', `touch ${proof}`] });
    const gatekeeper = await host.message<ProcessIdentity>(() => true);
    expect(isAlive(gatekeeper)).toBe(true);
    await host.kill();
    expect(await waitForEnd(gatekeeper, 5_000)).toBe(true);
    await expect(readFile(proof)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** Content of a file that another process writes, once there is some. */
async function contentOf(path: string): Promise<string> {
  let content = '';
  await untilTrue(async () => (content = await readFile(path, 'utf8').catch(() => '')) !== '');
  return content;
}

/** Polls what another process does; the test's own deadline ends it. */
async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
