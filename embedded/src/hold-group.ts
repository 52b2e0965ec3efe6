import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError, EmbeddedErrorCode } from './embedded-error.js';
import { signalGroup, type ProcessIdentity } from './process-identity.js';

/** A process that hangs in the kernel stops only when it comes back. */
const stopDeadlineMs = 2_000;
const pollMs = 1;

/** Whether {@link HeldGroup.hold} works on this machine. */
export const canHoldGroups = process.platform === 'linux';

/** A process group that is stopped, every thread of it, until it is let go. */
export class HeldGroup {
  private constructor(
    private readonly identity: ProcessIdentity,
    private readonly guard: ChildProcess,
  ) {}

  /**
   * Stops the group that a process leads, and resolves when none of its threads runs. After `holdForMs` it goes on by itself,
   * whatever has become of us: a process of its own sees to that.
   * @throws STOP_FAILED it does not stop; it goes on then
   */
  static async hold(identity: ProcessIdentity, holdForMs: number): Promise<HeldGroup> {
    // First, so that there is no moment at which it is stopped and nobody would let it go.
    const guard = spawn('/bin/sh', ['-c', 'sleep "$1"; kill -CONT -- "-$2"', 'sh', String(Math.ceil(holdForMs / 1000)), String(identity.pid)], {
      detached: true,
      stdio: 'ignore',
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
    });
    guard.on('error', () => undefined).unref();
    const held = new HeldGroup(identity, guard);
    signalGroup(identity, 'SIGSTOP');
    const deadline = Date.now() + stopDeadlineMs;
    while (runningThreads(identity.pid) > 0) {
      if (Date.now() > deadline) {
        held.letGo();
        throw new EmbeddedError(EmbeddedErrorCode.StopFailed, `process ${identity.pid} does not stop; it hangs in the kernel, look at its files and disks`);
      }
      await delay(pollMs);
    }
    return held;
  }

  /** Idempotent, as the group may have been let go by itself. */
  letGo(): void {
    signalGroup(this.identity, 'SIGCONT');
    this.dismissGuard();
  }

  /** Leaves it stopped, for whoever else holds it. */
  dismissGuard(): void {
    if (this.guard.pid === undefined || this.guard.exitCode !== null) return;
    try {
      process.kill(-this.guard.pid, 'SIGKILL');
    } catch {
      // It has done its work and ended.
    }
  }
}

/** Threads of a group that are neither stopped nor ended. Fields of /proc/<pid>/stat as in proc(5). */
function runningThreads(groupId: number): number {
  let running = 0;
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid) || groupOf(`/proc/${pid}`) !== groupId) continue;
    for (const thread of unlessEnded(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
      const state = fieldsOf(`/proc/${pid}/task/${thread}`)?.[0];
      if (state !== undefined && !'TtZX'.includes(state)) running++;
    }
  }
  return running;
}

function groupOf(directory: string): number {
  return Number(fieldsOf(directory)?.[2]);
}

function fieldsOf(directory: string): string[] | undefined {
  const stat = unlessEnded(() => readFileSync(`${directory}/stat`, 'utf8'));
  // The command's name is in brackets and may hold spaces and brackets itself.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function unlessEnded<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
