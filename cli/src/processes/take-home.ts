import { setTimeout as delay } from 'node:timers/promises';
import { DirectoryLock, EmbeddedErrorCode, isEmbeddedError } from '@ocopea/embedded';
import { CliError } from '../cli-error.js';

const pollMs = 100;

/** Makes a folder this process's own, until it ends. @throws CliError another process has it */
export async function takeHome(home: string): Promise<DirectoryLock> {
  try {
    return await DirectoryLock.take(home);
  } catch (error) {
    if (isTaken(error)) throw new CliError(`${(error as Error).message}: another ocopea runs there (or set OCOPEA_HOME)`);
    throw error;
  }
}

/**
 * Waits until no process has a folder any more. What an `ocopea up` that was killed had started is about to stop by itself.
 *
 * @throws CliError it still has after `deadlineMs`
 */
export async function untilHomeIsFree(home: string, deadlineMs: number): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      await (await DirectoryLock.take(home)).release();
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (Date.now() > deadline) throw new CliError(`${(error as Error).message}: it was told to stop and has not within ${deadlineMs / 1000} s`);
    }
    await delay(pollMs);
  }
}

function isTaken(error: unknown): boolean {
  return isEmbeddedError(error, EmbeddedErrorCode.DirectoryLocked);
}
