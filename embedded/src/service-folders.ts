import { randomBytes } from 'node:crypto';
import { mkdir, readdir, realpath, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from './durable-file.js';
import { endProcess } from './process-identity.js';
import { processesOfDirectory } from './processes-of-directory.js';
import { removeTree } from './remove-tree.js';

/**
 * Where data services are on disk: `services/<id>` holds complete ones only, `work` what is being made, `trash` what is being
 * removed. Things pass between them by one rename, so that after a crash `work` and `trash` can be emptied unseen.
 */
export class ServiceFolders {
  private constructor(private readonly root: string) {}

  /** Makes the folders, ends what an earlier process left at work in `work` and `trash`, and empties them. */
  static async open(directory: string): Promise<ServiceFolders> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const folders = new ServiceFolders(await realpath(directory));
    for (const name of ['services', 'work', 'trash']) await mkdir(join(folders.root, name), { recursive: true, mode: 0o700 });
    for (const name of ['work', 'trash']) {
      for (const entry of await readdir(join(folders.root, name))) await removeFolder(join(folders.root, name, entry));
    }
    return folders;
  }

  /** Ids of all complete data services. */
  async ids(): Promise<readonly string[]> {
    return (await readdir(join(this.root, 'services'))).sort();
  }

  service(dataServiceId: string): string {
    return join(this.root, 'services', dataServiceId);
  }

  /** A folder that is not there yet. */
  newWork(dataServiceId: string): string {
    return join(this.root, 'work', `${dataServiceId}.${randomBytes(4).toString('hex')}`);
  }

  /** Removes what a failed creation left. */
  async removeWork(workDirectory: string): Promise<void> {
    await removeFolder(workDirectory);
  }

  /** From the first moment on, the data service does not exist any more. */
  async removeService(dataServiceId: string): Promise<void> {
    const trash = join(this.root, 'trash', `${dataServiceId}.${randomBytes(4).toString('hex')}`);
    await rename(this.service(dataServiceId), trash);
    await syncDirectory(join(this.root, 'services'));
    await removeTree(trash);
  }
}

async function removeFolder(path: string): Promise<void> {
  for (const process of processesOfDirectory(path)) await endProcess(process, { graceMs: 0 });
  // Children of those that were just ended may write for another moment.
  await removeTree(path);
}
