import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, statfs, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BrokerError, BrokerErrorCode, type Binding, type ByteStream, type CopySource } from '@ocopea/broker-contract';
import { readDurableJson, syncDirectory, writeDurableFile } from '@ocopea/embedded';
import { unpackTree } from './unpack-tree.js';
import { walkTree } from './walk-tree.js';

/** What is kept of a volume beside its content. */
export interface VolumeRecord {
  readonly formatVersion: 1;
  readonly dataServiceId: string;
  readonly planId: string;
  /** With the defaults filled in. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface CreateVolumeOptions {
  readonly record: VolumeRecord;
  /** Where it is made; not there yet. What is left in it after an error is of no use. */
  readonly workDirectory: string;
  /** Where it appears, complete, in the same file system. */
  readonly directory: string;
  readonly restoreFrom?: Extract<CopySource, { protocol: 'byte-stream/1' }>;
  /** Told the bytes of the source that were taken. */
  readonly onTaken: (bytes: number) => void;
  readonly signal: AbortSignal;
}

interface BindingRecord {
  readonly bindingId: string;
  readonly name: string;
}

/** Figures of a tree as they were at a moment. */
export interface TreeFigures {
  readonly sizeBytes: number;
  readonly entries: number;
  /** False when time was up before all had been seen: there are at least so many. */
  readonly isWhole: boolean;
}

/** The tree is looked through for its figures so rarely that it takes this part of the time at most. */
const figuresShare = 1 / 20;
const spareBytes = 16 * 1024 * 1024;

/**
 * A volume in a folder of its own: `content` is the tree, `paths` holds a link to it for each binding, under a name that
 * nobody can guess. So each app service has a path of its own, which ends to exist with its binding.
 */
export class Volume {
  private turn: Promise<unknown> = Promise.resolve();
  private figuresKept: { readonly figures: TreeFigures; readonly goodUntil: number } | undefined;

  private constructor(
    readonly directory: string,
    readonly record: VolumeRecord,
  ) {}

  /** Opens a complete folder; undefined when it is none. */
  static async open(directory: string): Promise<Volume | undefined> {
    const record = await readDurableJson<VolumeRecord>(join(directory, 'service.json'));
    return record === undefined ? undefined : new Volume(directory, record);
  }

  /** Makes a volume in the work folder; then one rename makes it exist. @throws CORRUPT_DATA; CAPACITY_EXCEEDED; NOT_SUPPORTED */
  static async create({ record, workDirectory, directory, restoreFrom, onTaken, signal }: CreateVolumeOptions): Promise<Volume> {
    await mkdir(workDirectory, { mode: 0o700 });
    const content = join(workDirectory, 'content');
    await mkdir(content, { mode: 0o770 });
    if (restoreFrom !== undefined) {
      const { bavail, bsize } = await statfs(workDirectory);
      if (restoreFrom.logicalBytes + spareBytes > bavail * bsize) {
        throw new BrokerError(BrokerErrorCode.CapacityExceeded, `the copy has ${restoreFrom.logicalBytes} bytes, more than the disk has room for; free some space and try again`);
      }
      await unpackTree({ stream: counted(restoreFrom.open(), onTaken), directory: content, signal });
    }
    for (const name of ['bindings', 'paths']) await mkdir(join(workDirectory, name), { mode: 0o700 });
    await writeDurableFile(join(workDirectory, 'service.json'), `${JSON.stringify(record, undefined, 2)}\n`);
    signal.throwIfAborted();
    await rename(workDirectory, directory);
    await syncDirectory(join(directory, '..'));
    return new Volume(directory, record);
  }

  get content(): string {
    return join(this.directory, 'content');
  }

  /** Calls for one binding run one after the other: two would both choose its name. */
  bind(bindingId: string): Promise<Binding> {
    return this.inTurn(async () => {
      const kept = await readDurableJson<BindingRecord>(this.bindingPath(bindingId));
      const { name } = kept ?? { name: randomBytes(16).toString('hex') };
      // Written first: a path whose binding nobody knows could not be taken away again.
      if (kept === undefined) await writeDurableFile(this.bindingPath(bindingId), JSON.stringify({ bindingId, name } satisfies BindingRecord));
      const path = join(this.directory, 'paths', name);
      await symlink('../content', path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
      return { bindingId, values: { uri: pathToFileURL(path).href, path }, ports: [] };
    });
  }

  unbind(bindingId: string): Promise<void> {
    return this.inTurn(async () => {
      const kept = await readDurableJson<BindingRecord>(this.bindingPath(bindingId));
      if (kept === undefined) return;
      await rm(join(this.directory, 'paths', kept.name), { force: true });
      await rm(this.bindingPath(bindingId), { force: true });
    });
  }

  /** Bytes of all files and how many entries there are, as far as can be seen within the time; those of a while ago where the tree is large. */
  async figures(withinMs: number, signal?: AbortSignal): Promise<TreeFigures> {
    if (this.figuresKept !== undefined && this.figuresKept.goodUntil > performance.now()) return this.figuresKept.figures;
    const startedAt = performance.now();
    let sizeBytes = 0n;
    let entries = 0;
    let isWhole = true;
    for await (const { stat } of walkTree(Buffer.from(this.content))) {
      signal?.throwIfAborted();
      entries++;
      if (stat.isFile()) sizeBytes += stat.size;
      isWhole = performance.now() - startedAt < withinMs;
      if (!isWhole) break;
    }
    const figures = { sizeBytes: Number(sizeBytes), entries, isWhole };
    const now = performance.now();
    this.figuresKept = { figures, goodUntil: now + (now - startedAt) / figuresShare };
    return figures;
  }

  /** Room for who is not root on the file system that the tree is on, which others may use as well. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.content);
    return bavail * bsize;
  }

  private bindingPath(bindingId: string): string {
    return join(this.directory, 'bindings', `${createHash('sha256').update(bindingId).digest('hex')}.json`);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

async function* counted(stream: ByteStream, onTaken: (bytes: number) => void): ByteStream {
  for await (const bytes of stream) {
    yield bytes;
    onTaken(bytes.length);
  }
}
