import { link, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { errnoOf } from './storage-error.js';

/** Writes all of `buffers`; a short write, which a disk that is filling up gives first, is continued until it fails. */
export async function writeFully(handle: FileHandle, buffers: readonly Uint8Array[], position: number): Promise<void> {
  const total = buffers.reduce((sum, one) => sum + one.byteLength, 0);
  let { bytesWritten: done } = await handle.writev(buffers, position);
  if (done === total) return;
  const rest = Buffer.concat(buffers);
  while (done < total) done += (await handle.write(rest, done, total - done, position + done)).bytesWritten;
}

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
    // Filesystems without hard links: a rename may replace, but only by the same content, for names here are hashes.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    await rename(from, to);
    return true;
  }
  await unlink(from);
  return true;
}
