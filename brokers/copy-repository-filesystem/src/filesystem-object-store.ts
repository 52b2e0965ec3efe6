import { randomUUID } from 'node:crypto';
import { mkdir, open, opendir, rename, stat, statfs, unlink, utimes, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { asStorageError, BoundedTasks, errnoOf, unlessMissing, type ByteRange, type ObjectInfo, type ObjectStore, type StoreRoom } from '@ocopea/repository-engine';
import { DirectFiles } from './direct-files.js';
import { moveWithoutReplacing, syncDirectory } from './durable-file.js';

export interface FilesystemObjectStoreOptions {
  readonly root: string;
  /** Where files are written before they get their names; on the same filesystem. */
  readonly temporary: string;
  /** Begins the names of temporary files, so that a sweep knows whose they are. */
  readonly token: string;
}

/**
 * Objects as files below a folder: the key is the path. A file appears whole, durable in its content, and is never changed;
 * the folder entries become durable with {@link FilesystemObjectStore.settle}.
 */
export class FilesystemObjectStore implements ObjectStore {
  readonly #directFiles = new DirectFiles();

  constructor(private readonly options: FilesystemObjectStoreOptions) {}

  put(key: string, pieces: readonly Uint8Array[]): Promise<boolean> {
    return this.#told(`writing ${kindOf(key)}`, async () => {
      const temporary = join(this.options.temporary, `${this.options.token}.${randomUUID()}.put`);
      try {
        await this.#directFiles.write(temporary, pieces);
        return await moveWithoutReplacing(temporary, this.#path(key));
      } catch (error) {
        await unlessMissing(unlink(temporary)).catch(() => undefined);
        throw error;
      }
    });
  }

  putFile(key: string, path: string): Promise<boolean> {
    return this.#told(`writing ${kindOf(key)}`, () => moveWithoutReplacing(path, this.#path(key)));
  }

  async get(key: string, range?: ByteRange, into?: Buffer): Promise<Buffer | undefined> {
    const direct = range && into && (await this.#told(`reading ${kindOf(key)}`, () => unlessMissing(this.#directFiles.read(this.#path(key), range, into))));
    if (direct !== undefined) return direct;
    return await this.#withFile(key, async (handle) => {
      const bytes = range?.bytes ?? (await handle.stat()).size;
      const buffer = into !== undefined && into.length >= bytes ? into.subarray(0, bytes) : Buffer.allocUnsafeSlow(bytes);
      return await readFully(handle, buffer, range?.offset ?? 0);
    });
  }

  tail(key: string, bytes: number): Promise<{ readonly content: Buffer; readonly size: number } | undefined> {
    return this.#withFile(key, async (handle) => {
      const { size } = await handle.stat();
      const start = Math.max(0, size - bytes);
      return { content: await readFully(handle, Buffer.allocUnsafe(size - start), start), size };
    });
  }

  stat(key: string): Promise<ObjectInfo | undefined> {
    return this.#told(`looking for ${kindOf(key)}`, async () => {
      const found = await unlessMissing(stat(this.#path(key)));
      return found && { key, bytes: found.size, modifiedAt: found.mtimeMs };
    });
  }

  /** Without holding all names of a large folder. Objects lie in the folder itself. */
  list(prefix: string, { after, limit }: { readonly after?: string; readonly limit: number }): Promise<readonly ObjectInfo[]> {
    return this.#told('listing', async () => {
      let keys: string[] = [];
      for await (const key of this.#keys(prefix)) {
        if (after !== undefined && key <= after) continue;
        keys.push(key);
        if (keys.length >= 4 * limit) keys = keys.sort().slice(0, limit);
      }
      const found = await Promise.all(keys.sort().slice(0, limit).map((key) => this.stat(key)));
      return found.filter((one) => one !== undefined);
    });
  }

  async *scan(prefix: string): AsyncGenerator<ObjectInfo> {
    let keys: string[] = [];
    try {
      for await (const key of this.#keys(prefix)) {
        keys.push(key);
        if (keys.length < statsAtOnce) continue;
        yield* await this.#stats(keys);
        keys = [];
      }
    } catch (error) {
      throw asStorageError(error, 'listing');
    }
    yield* await this.#stats(keys);
  }

  delete(key: string): Promise<boolean> {
    return this.#told(`deleting ${kindOf(key)}`, async () => (await unlessMissing(unlink(this.#path(key)).then(() => true))) ?? false);
  }

  move(from: string, to: string): Promise<boolean> {
    return this.#told(`moving ${kindOf(from)}`, async () => (await unlessMissing(rename(this.#path(from), this.#path(to)).then(() => true))) ?? false);
  }

  /** A filesystem's journal takes several with one write to the disk. */
  settle(prefixes: Iterable<string>): Promise<void> {
    return this.#told('making what was written durable', async () => {
      const tasks = new BoundedTasks(syncsAtOnce);
      try {
        for (const prefix of prefixes) await tasks.start(() => syncDirectory(this.#path(prefix)));
        await tasks.done();
      } finally {
        await tasks.settled();
      }
    });
  }

  touch(key: string): Promise<boolean> {
    const now = new Date();
    return this.#told(`using ${kindOf(key)}`, async () => (await unlessMissing(utimes(this.#path(key), now, now).then(() => true))) ?? false);
  }

  room(): Promise<StoreRoom> {
    return this.#told('measuring', async () => {
      const { bsize, blocks, bavail } = await statfs(this.options.root);
      return { capacityBytes: bsize * blocks, availableBytes: bsize * bavail };
    });
  }

  /** The keys of the files in a folder and, where it holds no files, of those in its folders. */
  async *#keys(prefix: string): AsyncGenerator<string> {
    const folder = await unlessMissing(opendir(this.#path(prefix)));
    if (folder === undefined) return;
    for await (const entry of folder) {
      if (entry.isDirectory()) yield* this.#keys(`${prefix}${entry.name}/`);
      else yield prefix + entry.name;
    }
  }

  async #stats(keys: readonly string[]): Promise<readonly ObjectInfo[]> {
    const found = await Promise.all(keys.map((key) => this.stat(key)));
    return found.filter((one) => one !== undefined);
  }

  #withFile<T>(key: string, work: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
    return this.#told(`reading ${kindOf(key)}`, async () => {
      const handle = await unlessMissing(open(this.#path(key), 'r'));
      if (handle === undefined) return undefined;
      try {
        return await work(handle);
      } finally {
        await handle.close();
      }
    });
  }

  async #told<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (errnoOf(error) === 'EIO') throw new BrokerError(BrokerErrorCode.CorruptData, `${doing} failed: the disk cannot read it`, { cause: error });
      throw asStorageError(error, doing);
    }
  }

  #path(key: string): string {
    return join(this.options.root, key);
  }
}

const statsAtOnce = 16;
const syncsAtOnce = 8;

/** Messages go to people, and a key is nothing to them. */
function kindOf(key: string): string {
  const [folder] = key.split('/');
  return folder === 'packs' ? 'a pack' : folder === 'parts' || folder === 'deleted' ? 'a manifest' : 'a file of the repository';
}

/** One read is enough, but on filesystems that may give less. */
async function readFully(handle: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

/** Makes the folders that keys lie in. */
export async function makeFolders(root: string, folders: readonly string[]): Promise<void> {
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  for (const parent of new Set(folders.map((folder) => dirname(join(root, folder))))) await syncDirectory(parent);
}
