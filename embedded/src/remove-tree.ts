import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import { isSystemError } from './embedded-error.js';

/**
 * Removes whatever is at this path, also folders that their owner may not write. Names may be any bytes. Nothing to do when
 * it is not there. What writes there for another moment is outlasted.
 */
export async function removeTree(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  try {
    await remove();
  } catch (error) {
    if (!isSystemError(error, 'EACCES', 'EPERM')) throw error;
    await openFolders(Buffer.from(path));
    await remove();
  }
}

/** Lets the owner read, write and enter every folder. Links are not followed. */
async function openFolders(path: Buffer): Promise<void> {
  const stat = await lstat(path);
  if (!stat.isDirectory()) return;
  await chmod(path, (stat.mode & 0o7777) | 0o700);
  for (const entry of await readdir(path, { withFileTypes: true, encoding: 'buffer' as BufferEncoding })) {
    if (entry.isDirectory()) await openFolders(Buffer.concat([path, Buffer.from('/'), entry.name as unknown as Buffer]));
  }
}
