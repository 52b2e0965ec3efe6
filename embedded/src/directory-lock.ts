import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError, EmbeddedErrorCode, isSystemError } from './embedded-error.js';
import { identify, isAlive, type ProcessIdentity } from './process-identity.js';

const namePattern = /^\.lock-(\d+)$/;
/** How often we look again when others take and give back the lock at the same moment. */
const maxAttempts = 50;

/**
 * One holder per folder, over all processes of this machine. A holder that was killed leaves its file behind; the next
 * taker sees by {@link ProcessIdentity} that it is gone and takes over.
 *
 * The lock is a row of files `.lock-<n>`, of which the highest counts. A taker that finds the highest one given back or
 * its holder dead makes the next number, which only one can. Removing a stale file and making it anew would let the
 * slower of two takers remove the lock of the faster one.
 *
 * @example
 * await using lock = await DirectoryLock.take('/var/lib/ocopea');
 */
export class DirectoryLock implements AsyncDisposable {
  private constructor(
    readonly directory: string,
    private readonly path: string,
  ) {}

  /**
   * Takes the lock of a folder, which is made when it is not there.
   * @throws DIRECTORY_LOCKED naming the pid that holds it, which may be this process
   */
  static async take(directory: string): Promise<DirectoryLock> {
    await mkdir(directory, { recursive: true });
    const claim = join(directory, `.lock.${randomBytes(6).toString('hex')}.tmp`);
    await writeFile(claim, JSON.stringify(self()), { mode: 0o600, flag: 'wx' });
    try {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const highest = await highestNumber(directory);
        const holder = await readHolder(pathOf(directory, highest));
        if (holder !== undefined && isAlive(holder)) throw locked(directory, holder.pid);
        const path = pathOf(directory, highest + 1);
        // `link` puts the complete file there or fails: nobody ever reads half a lock.
        if (!(await linked(claim, path))) continue;
        // We may have been so slow that others took higher numbers and tidied ours away meanwhile.
        if ((await highestNumber(directory)) === highest + 1) {
          await removeBelow(directory, highest + 1);
          return new DirectoryLock(directory, path);
        }
        await rm(path, { force: true });
      }
    } finally {
      await rm(claim, { force: true });
    }
    throw new EmbeddedError(EmbeddedErrorCode.DirectoryLocked, `folder "${directory}" is being locked by several processes at once; start one at a time`);
  }

  /** Gives the lock back. Idempotent. */
  async release(): Promise<void> {
    try {
      // The number stays taken, see above; a file without a holder is free.
      await truncate(this.path);
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

function self(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity !== undefined) return identity;
  throw new EmbeddedError(EmbeddedErrorCode.NotSupported, 'this system does not tell when a process started, so folders cannot be locked; on Linux, mount /proc');
}

function pathOf(directory: string, number: number): string {
  return join(directory, `.lock-${number}`);
}

function locked(directory: string, pid: number): EmbeddedError {
  const who = pid === process.pid ? 'this process already' : `process ${pid}`;
  return new EmbeddedError(EmbeddedErrorCode.DirectoryLocked, `folder "${directory}" is in use by ${who}; stop it first, or use another folder`);
}

async function numbers(directory: string): Promise<readonly number[]> {
  return (await readdir(directory)).flatMap((name) => namePattern.exec(name)?.[1] ?? []).map(Number);
}

async function highestNumber(directory: string): Promise<number> {
  return Math.max(0, ...(await numbers(directory)));
}

async function removeBelow(directory: string, number: number): Promise<void> {
  for (const lower of await numbers(directory)) if (lower < number) await rm(pathOf(directory, lower), { force: true });
}

async function readHolder(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(path, 'utf8')) as Partial<ProcessIdentity>;
    return typeof pid === 'number' && typeof startedAt === 'string' ? { pid, startedAt } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}
