import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './embedded-error.js';
import { identify, type ProcessIdentity } from './process-identity.js';

/** A PostgreSQL server process that has a data folder open. */
export interface Postmaster {
  readonly identity: ProcessIdentity;
  /** Absent in the first moments, while it has not bound its port yet. */
  readonly port?: number;
}

/**
 * The living postmaster of a data folder, or undefined. A `postmaster.pid` whose process is gone, or whose pid has been
 * given to somebody else, is removed: PostgreSQL itself would refuse to start because of the latter.
 */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const path = join(dataDirectory, 'postmaster.pid');
  // One line each: pid, data folder, start time, port, socket folder, address, shared memory, status.
  const lines = (await readIfThere(path))?.split('\n');
  if (lines === undefined) return undefined;
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const identity = identify(pid);
  // Asked in this order, an answer about the arguments is about the process with this identity or a later one.
  if (identity !== undefined && argumentsOf(pid).includes(dataDirectory)) {
    const port = Number(lines[3]);
    return { identity, ...(port > 0 && { port }) };
  }
  if ((await readIfThere(path))?.split('\n')[0] === lines[0]) await rm(path, { force: true });
  return undefined;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function argumentsOf(pid: number): readonly string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const line = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8', env: { PATH: '/bin:/usr/bin' } }).trim();
    // `ps` joins the arguments with spaces; ours ends with the folder.
    const at = line.indexOf(' -D ');
    return at < 0 ? [] : [line.slice(at + 4)];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
