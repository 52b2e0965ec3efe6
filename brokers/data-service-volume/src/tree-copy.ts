import { constants, type BigIntStats } from 'node:fs';
import { open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BrokerError, BrokerErrorCode, untilCancelled, type ByteStream, type CopyBarrier } from '@ocopea/broker-contract';
import { dataRanges, readAttributes, type ExtendedAttribute } from './posix-calls.js';
import { TreeIndex, type IndexEntry } from './tree-index.js';
import { encodeDataHead, encodeRecord, maxDataBytes, treeMagic, type EntryMetadata } from './tree-record.js';
import { comparePaths, isWithin, joinPath, unlessGone, walkTree, type TreeEntry } from './walk-tree.js';

export interface TreeCopyOptions {
  readonly root: string;
  /** An empty folder for notes. The caller removes it. */
  readonly notesDirectory: string;
  readonly barrier?: CopyBarrier;
  readonly signal: AbortSignal;
}

/** Passes over a tree that is written to, before it is taken as it is. */
const maxPasses = 5;
/** The kernel's clock for files may stand still for so long, so that two changes have one time. */
const clockTickMs = 20;
const namedInWarnings = 3;
const noAttributes: readonly ExtendedAttribute[] = [];

/**
 * The content of a tree at one moment, as a stream of records, although it is written to meanwhile. A first pass takes all of
 * it; each further one takes what has changed since it was taken, until a pass finds nothing: everything was then as it is
 * in the copy at the moment at which that pass began. With a barrier, the pass behind it is the last.
 */
export class TreeCopy {
  private readonly root: Buffer;
  private at: Date | undefined;
  private unsettled = new SomePaths();
  private sockets = 0;
  private records = 0n;

  constructor(private readonly options: TreeCopyOptions) {
    this.root = Buffer.from(options.root);
  }

  /** The moment, once the stream has ended. */
  get point(): Date | undefined {
    return this.at;
  }

  /** What the copy lacks, once the stream has ended. */
  get warnings(): readonly string[] {
    const torn = `${this.unsettled.count} entries of the volume changed while they were read and may be in the copy half: ${this.unsettled.first.join(', ')}; pause what writes to it`;
    const sockets = `${this.sockets} sockets of the volume are not in the copy: they mean nothing without the process that listens`;
    return [...(this.unsettled.count > 0 ? [torn] : []), ...(this.sockets > 0 ? [sockets] : [])];
  }

  /** In pieces of 256 KiB and more. @throws NOT_SUPPORTED there is a device in the tree */
  async *stream(): ByteStream {
    let waiting: Buffer[] = [];
    let bytes = 0;
    for await (const piece of this.pieces()) {
      waiting.push(piece);
      bytes += piece.length;
      if (bytes < maxDataBytes) continue;
      yield waiting.length === 1 ? piece : Buffer.concat(waiting);
      waiting = [];
      bytes = 0;
    }
    if (bytes > 0) yield Buffer.concat(waiting);
  }

  private async *pieces(): AsyncGenerator<Buffer, void, undefined> {
    const { barrier } = this.options;
    yield treeMagic;
    let pass = new Pass(await this.newIndex(1));
    try {
      yield* this.take(pass);
      let isQuiet = false;
      for (let number = 2; number <= maxPasses && !isQuiet; number++) {
        // A moment later, what was too young to be known by its time no longer is.
        if (pass.hasYoung) await delay(clockTickMs + 1, undefined, { signal: this.options.signal });
        pass = await this.next(pass, number);
        yield* this.take(pass);
        isQuiet = pass.isQuiet;
      }
      if (barrier !== undefined) {
        await untilCancelled(barrier.arrive(), this.options.signal, 'copy of the volume');
        try {
          pass = await this.next(pass, maxPasses + 1);
          yield* this.take(pass);
        } finally {
          barrier.leave();
        }
        // Whoever was held has changed nothing; what was torn nevertheless is not as it was at any moment.
        isQuiet = pass.torn.count === 0;
      }
      this.at = pass.startedAt;
      if (!isQuiet) this.unsettled = pass.torn.count > 0 ? pass.torn : pass.changed;
      yield encodeRecord({ kind: 'end', records: this.records });
    } finally {
      await pass.close();
    }
  }

  private newIndex(number: number): Promise<TreeIndex> {
    return TreeIndex.create(join(this.options.notesDirectory, `pass-${number}`));
  }

  private async next(previous: Pass, number: number): Promise<Pass> {
    const index = await this.newIndex(number);
    await previous.before?.[Symbol.asyncDispose]();
    return new Pass(index, previous.index, previous.incompleteLinks());
  }

  /** The records that make what is in the stream what is in the tree. */
  private async *take(pass: Pass): AsyncGenerator<Buffer, void, undefined> {
    this.sockets = 0;
    const known = pass.before?.entries();
    let old = await known?.next();
    let removed: Buffer | undefined;
    let untaken: Buffer | undefined;
    const remove = (path: Buffer) => {
      removed = path;
      pass.changed.add(path);
      return this.record(encodeRecord({ kind: 'remove', path }));
    };
    for await (const entry of walkTree(this.root)) {
      this.options.signal.throwIfAborted();
      while (old?.done === false && comparePaths(old.value.path, entry.path) < 0) {
        if (removed === undefined || !isWithin(old.value.path, removed)) yield remove(old.value.path);
        old = await known?.next();
      }
      let before: IndexEntry | undefined;
      if (old?.done === false && old.value.path.equals(entry.path)) {
        before = old.value;
        old = await known?.next();
      }
      // Without its folder it has no place in the copy; the next pass finds both.
      if (untaken !== undefined && isWithin(entry.path, untaken)) continue;
      if (before !== undefined && pass.isAsBefore(before, entry.stat)) {
        await pass.note(entry, before.changedNs);
        if (entry.stat.isSocket()) this.sockets++;
        continue;
      }
      const isReplaced = before !== undefined && !(entry.stat.isDirectory() && before.type === typeOf(entry.stat));
      if (isReplaced) yield remove(entry.path);
      else if (pass.before !== undefined) pass.changed.add(entry.path);
      const isTaken = yield* this.entry(pass, entry);
      if (isTaken) continue;
      untaken = entry.path;
      if (before !== undefined && !isReplaced) yield remove(entry.path);
    }
    for (; old?.done === false; old = await known?.next()) {
      if (removed === undefined || !isWithin(old.value.path, removed)) yield remove(old.value.path);
    }
  }

  /** Takes an entry as it is now. Answers false when it was gone before it could be taken. */
  private async *entry(pass: Pass, entry: TreeEntry): AsyncGenerator<Buffer, boolean, undefined> {
    const { path, stat } = entry;
    const absolute = joinPath(this.root, path);
    // Two changes within one tick have one time: only what is older is known by it.
    const isYoung = stat.ctimeNs > BigInt(Date.now() - clockTickMs) * 1_000_000n;
    if (isYoung) pass.hasYoung = true;
    const changedNs = isYoung ? 0n : stat.ctimeNs;
    if (stat.isFile()) {
      const first = pass.firstNameOf(stat);
      if (first === undefined) return yield* this.file(pass, entry, changedNs);
      yield this.record(encodeRecord({ kind: 'link', path, target: first.path }));
      await pass.note(entry, first.changedNs);
      return true;
    }
    if (stat.isSocket()) {
      this.sockets++;
      await pass.note(entry, changedNs);
      return true;
    }
    if (stat.isCharacterDevice() || stat.isBlockDevice()) {
      throw new BrokerError(BrokerErrorCode.NotSupported, `${JSON.stringify(path.toString())} in the volume is a device, which cannot be copied; remove it`);
    }
    const target = stat.isSymbolicLink() ? await unlessGone(readlink(absolute, { encoding: 'buffer' })) : undefined;
    const attributes = await unlessGone(Promise.resolve().then(() => readAttributes(absolute)));
    if (attributes === undefined || (stat.isSymbolicLink() && target === undefined)) return false;
    const metadata = metadataOf(stat, attributes);
    if (target !== undefined) yield this.record(encodeRecord({ kind: 'symlink', path, metadata, target }));
    else yield this.record(encodeRecord({ kind: stat.isDirectory() ? 'directory' : 'fifo', path, metadata }));
    await pass.note(entry, changedNs);
    return true;
  }

  private async *file(pass: Pass, entry: TreeEntry, changedNs: bigint): AsyncGenerator<Buffer, boolean, undefined> {
    const { path } = entry;
    const absolute = joinPath(this.root, path);
    const handle = await unlessGone(open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | quietly(entry.stat)));
    if (handle === undefined) return false;
    await using file = handle;
    const stat = await file.stat({ bigint: true });
    // Another file by now: the next pass sees that one.
    if (stat.ino !== entry.stat.ino || !stat.isFile()) return false;
    const attributes = stat.nlink === 0n ? noAttributes : ((await unlessGone(Promise.resolve().then(() => readAttributes(absolute)))) ?? noAttributes);
    yield this.record(encodeRecord({ kind: 'file', path, metadata: metadataOf(stat, attributes), size: stat.size }));
    for (const { start, end } of dataRanges(file.fd, Number(stat.size))) {
      for (let offset = start; offset < end; ) {
        this.options.signal.throwIfAborted();
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(Math.min(maxDataBytes, end - offset)), 0, undefined, offset);
        if (bytesRead === 0) break;
        yield this.record(encodeDataHead(BigInt(offset), bytesRead));
        yield buffer.subarray(0, bytesRead);
        offset += bytesRead;
      }
    }
    const after = await file.stat({ bigint: true });
    const isTorn = after.ctimeNs !== entry.stat.ctimeNs || after.size !== stat.size;
    if (isTorn) pass.torn.add(path);
    pass.taken(entry, isTorn ? 0n : changedNs);
    await pass.note(entry, isTorn ? 0n : changedNs);
    return true;
  }

  private record(bytes: Buffer): Buffer {
    this.records++;
    return bytes;
  }
}

/** How many paths there were, and the first few. */
class SomePaths {
  count = 0;
  readonly first: string[] = [];

  add(path: Buffer): void {
    if (this.count++ < namedInWarnings) this.first.push(JSON.stringify(path.toString()));
  }
}

/** One look at the whole tree. */
class Pass {
  readonly startedAt = new Date();
  /** Paths that were taken again or are gone, and those that changed while they were read. */
  readonly changed = new SomePaths();
  readonly torn = new SomePaths();
  /** Something had changed just before it was taken. */
  hasYoung = false;
  /** By inode: files with several names that were taken in this pass, by the name that came first. */
  private readonly firstNames = new Map<bigint, { readonly path: Buffer; readonly changedNs: bigint; readonly names: bigint; seen: bigint }>();

  constructor(
    readonly index: TreeIndex,
    readonly before?: TreeIndex,
    /** Files of which the pass before has not taken all names: they are taken again together. */
    private readonly incomplete: ReadonlySet<bigint> = new Set(),
  ) {}

  get isQuiet(): boolean {
    return this.changed.count === 0 && this.torn.count === 0;
  }

  isAsBefore({ type, inode, changedNs }: IndexEntry, stat: BigIntStats): boolean {
    return type === typeOf(stat) && inode === stat.ino && changedNs === stat.ctimeNs && !this.incomplete.has(stat.ino);
  }

  async note({ path, stat }: TreeEntry, changedNs: bigint): Promise<void> {
    await this.index.add({ path, type: typeOf(stat), inode: stat.ino, changedNs });
  }

  /** The name under which the same file was taken before in this pass. */
  firstNameOf(stat: BigIntStats): { readonly path: Buffer; readonly changedNs: bigint } | undefined {
    const first = this.firstNames.get(stat.ino);
    if (first !== undefined) first.seen++;
    return first;
  }

  taken({ path, stat }: TreeEntry, changedNs: bigint): void {
    if (stat.nlink > 1n) this.firstNames.set(stat.ino, { path, changedNs, names: stat.nlink, seen: 1n });
  }

  /** A first pass meets all names; a later one may have met one before the file changed and another after. */
  incompleteLinks(): ReadonlySet<bigint> {
    if (this.before === undefined) return new Set();
    return new Set([...this.firstNames].flatMap(([inode, { names, seen }]) => (seen < names ? [inode] : [])));
  }

  async close(): Promise<void> {
    await this.index[Symbol.asyncDispose]();
    await this.before?.[Symbol.asyncDispose]();
  }
}

function typeOf({ mode }: BigIntStats): number {
  return Number(mode) & constants.S_IFMT;
}

function metadataOf({ mode, uid, gid, atimeNs, mtimeNs }: BigIntStats, attributes: readonly ExtendedAttribute[]): EntryMetadata {
  return { mode: Number(mode) & 0o7777, uid: Number(uid), gid: Number(gid), atimeNs, mtimeNs, attributes };
}

/** Reading changes the time of the last access, but for those who may ask that it does not. */
function quietly({ uid }: BigIntStats): number {
  const user = process.geteuid?.();
  return user === 0 || BigInt(user ?? -1) === uid ? constants.O_NOATIME : 0;
}
