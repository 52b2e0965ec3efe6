import { link, open, rename, unlink } from 'node:fs/promises';
import { errnoOf } from '@ocopea/repository-engine';

/** Makes the names in a folder durable: a file's own fsync does not cover its entry. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives the finished file `from` its name `to` without ever replacing what is there.
 * @returns false when `to` exists already; `from` is gone in both cases
 */
export async function moveWithoutReplacing(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST') {
      await unlink(from);
      return false;
    }
    // Filesystems without hard links: a rename may replace, but names are random or those of parts, of which one writer knows.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    await rename(from, to);
    return true;
  }
  await unlink(from);
  return true;
}
