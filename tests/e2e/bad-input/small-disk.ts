import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder that holds 3 MB and no more. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
}

/** Mounts one. @returns why it cannot be, where it cannot: only root may mount */
export async function mountSmallDisk(path: string): Promise<SmallDisk | string> {
  await mkdir(path, { recursive: true });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=700', 'tmpfs', path]);
  } catch (error) {
    return `no small disk can be mounted here: ${(error as { stderr?: string }).stderr?.trim() ?? String(error)}`;
  }
  return {
    path,
    async [Symbol.asyncDispose]() {
      // Lazily: the broker may have a file open in it until it stops.
      await run('umount', ['-l', path]);
    },
  };
}
