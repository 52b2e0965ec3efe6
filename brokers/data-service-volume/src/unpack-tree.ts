import { constants } from 'node:fs';
import { chmod, lchown, link, lstat, mkdir, open, readlink, rm, symlink, type FileHandle } from 'node:fs/promises';
import { BrokerError, BrokerErrorCode, type ByteStream } from '@ocopea/broker-contract';
import { isSystemError } from '@ocopea/embedded';
import { makeFifo, syncFileSystem, writeAttributes, writeTimes } from './posix-calls.js';
import { readRecords } from './read-records.js';
import { notATree, type EntryMetadata, type TreeRecord } from './tree-record.js';
import { isWithin, joinPath, parentOf, unlessGone } from './walk-tree.js';

export interface UnpackTreeOptions {
  readonly stream: ByteStream;
  /** A new folder of ours, which nobody else knows yet. What is in it after an error is of no use. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/**
 * Makes the tree that a copy describes, and resolves when it is on disk. Nothing is ever made or removed outside the folder,
 * whatever the copy says: every step of every path must be a real folder, which is looked at before it is entered.
 *
 * Owners are restored when we are root; otherwise everything belongs to us.
 *
 * @throws CORRUPT_DATA; NOT_SUPPORTED an attribute that this file system does not take
 */
export async function unpackTree({ stream, directory, signal }: UnpackTreeOptions): Promise<void> {
  await using unpacking = new Unpacking(Buffer.from(directory));
  for await (const record of readRecords(stream)) {
    signal.throwIfAborted();
    await unpacking.apply(record);
  }
  await unpacking.finish();
  await using root = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  await syncFileSystem(root.fd);
}

type FileRecord = Extract<TreeRecord, { kind: 'file' }>;
type OpenFolder = { readonly path: Buffer; readonly metadata: Pick<EntryMetadata, 'mode' | 'atimeNs' | 'mtimeNs'> };

class Unpacking implements AsyncDisposable {
  /** Folders from the root to where we are. Their times and permissions are set when we leave, as all we do in them changes these. */
  private readonly folders: OpenFolder[] = [];
  private file: { readonly record: FileRecord; readonly handle: FileHandle } | undefined;

  constructor(private readonly root: Buffer) {}

  async apply(record: TreeRecord): Promise<void> {
    if (record.kind === 'data') return this.write(record.offset, record.bytes);
    if (record.kind === 'end') return;
    await this.closeFile();
    const isRoot = record.path.length === 0;
    if (isRoot !== (this.folders.length === 0) && !(isRoot && record.kind === 'directory')) throw notATree('it does not begin with its root');
    if (!isRoot) await this.enter(parentOf(record.path));
    await this.make(record);
  }

  async finish(): Promise<void> {
    await this.closeFile();
    if (this.folders.length === 0) throw notATree('it has no root');
    while (this.folders.length > 0) await this.leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file?.handle.close();
  }

  private async make(record: Exclude<TreeRecord, { kind: 'data' | 'end' }>): Promise<void> {
    const path = joinPath(this.root, record.path);
    switch (record.kind) {
      case 'directory':
        return this.makeFolder(record.path, record.metadata);
      case 'file':
        this.file = { record, handle: await fresh(record.path, open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600)) };
        return;
      case 'symlink':
        await fresh(record.path, symlink(record.target, path));
        if (!(await readlink(path, { encoding: 'buffer' })).equals(record.target)) throw notATree('a link of it has a target that no link can have');
        return this.settle(record.path, record.metadata, false);
      case 'fifo':
        await fresh(record.path, Promise.resolve().then(() => makeFifo(path)));
        return this.settle(record.path, record.metadata);
      case 'link':
        return this.makeLink(record.path, record.target);
      case 'remove':
        return rm(path, { recursive: true, force: true });
    }
  }

  private async makeFolder(path: Buffer, metadata: EntryMetadata): Promise<void> {
    // One that has been made before has changed; what is in it stays.
    while (this.folders.length > 0 && isWithin(this.folders.at(-1)!.path, path)) await this.leave();
    const absolute = joinPath(this.root, path);
    const there = await unlessGone(lstat(absolute));
    if (there === undefined) await mkdir(absolute, { mode: 0o700 });
    else if (!there.isDirectory()) throw notATree('a folder of it is in the place of something else');
    else await chmod(absolute, 0o700);
    await this.settle(path, metadata, false);
    await chmod(absolute, metadata.mode | 0o700);
    this.folders.push({ path, metadata });
  }

  private async makeLink(path: Buffer, target: Buffer): Promise<void> {
    await this.checkFolders(parentOf(target));
    const there = await unlessGone(lstat(joinPath(this.root, target), { bigint: true }));
    if (there?.isFile() !== true) throw notATree('a link of it is to something that is no file');
    await fresh(path, link(joinPath(this.root, target), joinPath(this.root, path)));
  }

  private async write(offset: bigint, bytes: Buffer): Promise<void> {
    if (this.file === undefined) throw notATree('it has content of no file');
    if (offset + BigInt(bytes.length) > this.file.record.size) throw notATree('a file of it has content beyond its end');
    for (let from = 0; from < bytes.length; ) {
      from += (await this.file.handle.write(bytes, from, undefined, Number(offset) + from)).bytesWritten;
    }
  }

  private async closeFile(): Promise<void> {
    if (this.file === undefined) return;
    const { record, handle } = this.file;
    // Makes the hole at its end.
    await handle.truncate(Number(record.size));
    this.file = undefined;
    await handle.close();
    await this.settle(record.path, record.metadata);
  }

  /** Owner and attributes, then permissions, which a new owner resets, then times, which all of them reset. */
  private async settle(path: Buffer, { uid, gid, mode, atimeNs, mtimeNs, attributes }: EntryMetadata, hasMode = true): Promise<void> {
    const absolute = joinPath(this.root, path);
    if (process.geteuid?.() === 0) await lchown(absolute, uid, gid);
    try {
      writeAttributes(absolute, attributes);
    } catch (error) {
      if (!isSystemError(error, 'ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL')) throw error;
      const names = attributes.map(({ name }) => name.toString()).join(', ');
      throw new BrokerError(BrokerErrorCode.NotSupported, `extended attributes [${names}] cannot be set at this Site; restore the copy where the file system takes them and the broker may set them`, { cause: error });
    }
    if (hasMode) await chmod(absolute, mode);
    writeTimes(absolute, atimeNs, mtimeNs);
  }

  /** Goes to a folder: leaves those that it is not in, enters those on the way. */
  private async enter(path: Buffer): Promise<void> {
    while (this.folders.length > 1 && !isWithin(path, this.folders.at(-1)!.path)) await this.leave();
    for (const step of stepsBetween(this.folders.at(-1)!.path, path)) {
      const absolute = joinPath(this.root, step);
      const stat = await unlessGone(lstat(absolute, { bigint: true }));
      if (stat?.isDirectory() !== true) throw notATree('something of it is in a folder that is none');
      const mode = Number(stat.mode) & 0o7777;
      if ((mode & 0o700) !== 0o700) await chmod(absolute, mode | 0o700);
      this.folders.push({ path: step, metadata: { mode, atimeNs: stat.atimeNs, mtimeNs: stat.mtimeNs } });
    }
  }

  private async leave(): Promise<void> {
    const { path, metadata } = this.folders.pop()!;
    const absolute = joinPath(this.root, path);
    await chmod(absolute, metadata.mode);
    writeTimes(absolute, metadata.atimeNs, metadata.mtimeNs);
  }

  private async checkFolders(path: Buffer): Promise<void> {
    for (const step of stepsBetween(Buffer.alloc(0), path)) {
      if ((await unlessGone(lstat(joinPath(this.root, step))))?.isDirectory() !== true) throw notATree('a link of it is to something in a folder that is none');
    }
  }
}

/** The paths below `from` on the way to `to`, which is among them. */
function stepsBetween(from: Buffer, to: Buffer): Buffer[] {
  const steps: Buffer[] = [];
  for (let path = to; path.length > from.length; path = parentOf(path)) steps.unshift(path);
  return steps;
}

/** What is made must not be there: a copy removes what it replaces. */
async function fresh<T>(path: Buffer, making: Promise<T>): Promise<T> {
  try {
    return await making;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) throw notATree(`${JSON.stringify(path.toString())} is in it twice`);
    throw error;
  }
}
