import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { endProcess, identify, isAlive, waitForEnd } from './process-identity.js';

/** A shell in a group of its own; resolves with its first line of output. */
async function shell(script: string): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const [data] = (await once(child.stdout!, 'data')) as [Buffer];
  return { child, line: data.toString().trim() };
}

describe('a process identity', () => {
  it('is the same for as long as the process lives, and gone afterwards', async () => {
    const { child } = await shell('echo ready; exec sleep 600');
    const identity = identify(child.pid!)!;
    expect(identify(child.pid!)).toEqual(identity);
    expect(isAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(identify(child.pid!)).toBeUndefined();
    expect(isAlive(identity)).toBe(false);
  });

  it('is not that of another process with the same pid', () => {
    const identity = identify(process.pid)!;
    expect(isAlive({ ...identity, startedAt: `${identity.startedAt}0` })).toBe(false);
  });

  it('takes a zombie for ended', async () => {
    // After exec, nobody waits for the background job.
    const { child, line } = await shell('sleep 0.05 & echo $!; exec sleep 600');
    const zombie = identify(Number(line));
    expect(zombie === undefined || (await waitForEnd(zombie, 10_000))).toBe(true);
    await endProcess(identify(child.pid!)!, { graceMs: 1_000 });
  });
});

describe('endProcess', () => {
  it('lets a process end by itself', async () => {
    const { child } = await shell('trap "exit 7" TERM; echo ready; while :; do sleep 0.02; done');
    const exit = once(child, 'exit');
    await endProcess(identify(child.pid!)!, { graceMs: 10_000 });
    expect(await exit).toEqual([7, null]);
  });

  it('kills a process that does not heed, with its whole group', async () => {
    const { child, line } = await shell('trap "" TERM; (trap "" TERM; sleep 600) & echo $!; wait; sleep 600');
    const [leader, member] = [identify(child.pid!)!, identify(Number(line))!];
    await endProcess(leader, { graceMs: 50 });
    expect(isAlive(leader)).toBe(false);
    expect(await waitForEnd(member, 10_000)).toBe(true);
  });

  it('kills what a leader that ended well has left in its group', async () => {
    const { child, line } = await shell('(trap "" TERM; exec sleep 600) & echo $!; trap "exit 0" TERM; while :; do sleep 0.02; done');
    const member = identify(Number(line))!;
    await endProcess(identify(child.pid!)!, { graceMs: 10_000 });
    expect(await waitForEnd(member, 10_000)).toBe(true);
  });

  it('does nothing to a later process with the same pid', async () => {
    const { child } = await shell('echo ready; exec sleep 600');
    const identity = identify(child.pid!)!;
    await endProcess({ ...identity, startedAt: 'before' }, { graceMs: 0 });
    expect(isAlive(identity)).toBe(true);
    await endProcess(identity);
  });
});
