import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for one test, gone with it: `await using directory = await temporaryDirectory();`
 * @param beforeRemoval ends what still runs in the folder
 */
export async function temporaryDirectory(beforeRemoval: () => Promise<void> = () => Promise.resolve()): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(await realpath(tmpdir()), 'ocopea-test-'));
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await beforeRemoval();
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
