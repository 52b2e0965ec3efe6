import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { sep } from 'node:path';
import { identify, type ProcessIdentity } from './process-identity.js';

/**
 * The processes of ours that were started on a folder, or on something in it, and named it in their arguments. For whoever sweeps
 * a work folder of a process that was killed: its children may still be at work there.
 *
 * @param directory real path
 */
export function processesOfDirectory(directory: string): readonly ProcessIdentity[] {
  const list = process.platform === 'linux' ? linuxProcesses() : otherProcesses();
  return list.flatMap(({ pid, args }) => {
    const named = args.some((arg) => arg === directory || arg.startsWith(directory + sep));
    return named && pid !== process.pid ? (identify(pid) ?? []) : [];
  });
}

interface ListedProcess {
  readonly pid: number;
  readonly args: readonly string[];
}

function linuxProcesses(): readonly ListedProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return { pid: Number(name), args: readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0') };
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** `ps` joins arguments with spaces, so that folders with a space in their name are not found. */
function otherProcesses(): readonly ListedProcess[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8', env: { PATH: '/bin:/usr/bin' } }).split('\n');
  return lines.map((line) => {
    const [pid, ...args] = line.trim().split(' ');
    return { pid: Number(pid), args };
  });
}
