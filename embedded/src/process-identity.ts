import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedError, EmbeddedErrorCode, isSystemError } from './embedded-error.js';

/** One process, for ever: a pid alone may belong to somebody else tomorrow. Plain data, so that it can be kept in a file. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms. Opaque: compare for equality only. */
  readonly startedAt: string;
}

export interface EndProcessOptions {
  /** How long it may take to end by itself before SIGKILL. @default 10000 */
  readonly graceMs?: number;
  /** The polite signal. @default 'SIGTERM' */
  readonly signal?: NodeJS.Signals;
}

/** How long a process may take to vanish after SIGKILL. Only one that hangs in the kernel takes longer. */
const killDeadlineMs = 10_000;
/** A process that is not our child gives no event when it ends, so its identity is polled. */
const pollMs = 20;

/** The identity of a living process, or undefined when there is none with this pid. A zombie counts as ended. */
export function identify(pid: number): ProcessIdentity | undefined {
  const found = process.platform === 'linux' ? readLinuxProcess(pid) : readProcessByPs(pid);
  return found === undefined ? undefined : { pid, startedAt: found.startedAt };
}

/** Whether exactly this process still runs, not another one that was given its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startedAt === identity.startedAt;
}

/** Sends a signal to exactly this process. False when it has ended. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isAlive(identity) && sendSignal(identity.pid, signal);
}

/** Sends a signal to all processes of the group that exactly this process leads. False when it has ended or leads none. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  return isAlive(identity) && leadsGroup(identity.pid) && sendSignal(-identity.pid, signal);
}

/** Resolves with true when the process has ended, with false when it still runs after `withinMs`. */
export async function waitForEnd(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (isAlive(identity)) {
    if (Date.now() >= deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/**
 * Ends a process: politely, then with SIGKILL. Where it leads a process group, the whole group is meant, also members
 * that outlive their leader. Resolves when it is gone; at once when it was gone already.
 *
 * @throws STOP_FAILED it is still there after SIGKILL
 */
export async function endProcess(identity: ProcessIdentity, { graceMs = 10_000, signal = 'SIGTERM' }: EndProcessOptions = {}): Promise<void> {
  if (!isAlive(identity)) return;
  const target = leadsGroup(identity.pid) ? -identity.pid : identity.pid;
  sendSignal(target, signal);
  // A stopped process takes no signal but this one and SIGKILL.
  sendSignal(target, 'SIGCONT');
  const ended = await waitForEnd(identity, graceMs);
  if (!ended) sendSignal(target, 'SIGKILL');
  if (!ended && !(await waitForEnd(identity, killDeadlineMs))) {
    throw new EmbeddedError(EmbeddedErrorCode.StopFailed, `process ${identity.pid} is still there ${killDeadlineMs / 1000} s after SIGKILL; it hangs in the kernel, look at its files and disks`);
  }
  // The pid cannot have been given to anybody else while members of its group live.
  if (target < 0 && identify(identity.pid) === undefined) sendSignal(target, 'SIGKILL');
}

interface RunningProcess {
  readonly startedAt: string;
  readonly groupId: number;
}

function leadsGroup(pid: number): boolean {
  const found = process.platform === 'linux' ? readLinuxProcess(pid) : readProcessByPs(pid);
  return found?.groupId === pid;
}

function sendSignal(target: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(target, signal);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return false;
    throw error;
  }
}

let bootId: string | undefined;

/** Field numbers of /proc/<pid>/stat as in proc(5): 3 state, 5 process group, 22 start time in ticks since boot. */
function readLinuxProcess(pid: number): RunningProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, field 2, is in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    if (state === 'Z' || state === 'X') return undefined;
    // Ticks since boot mean nothing after the next boot.
    bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { startedAt: `${bootId}/${fields[19]}`, groupId: Number(fields[2]) };
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}

function readProcessByPs(pid: number): RunningProcess | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,pgid=,lstart=', '-p', String(pid)], { encoding: 'utf8', env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } }).trim();
    const [state = '', groupId = '', ...startedAt] = line.split(/\s+/);
    return line === '' || state.startsWith('Z') ? undefined : { startedAt: startedAt.join(' '), groupId: Number(groupId) };
  } catch (error) {
    // `ps` answers 1 when there is no such process.
    if (error instanceof Error && (error as Error & { status?: number }).status === 1) return undefined;
    throw error;
  }
}
