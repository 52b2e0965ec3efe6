import { randomUUID } from 'node:crypto';
import { chmod, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkHeaderBytes, claimedFileBytes, decodeChunk, maxChunkBytes, parseChunkHeader, type ChunkEncoder } from './chunk-codec.js';
import { moveWithoutReplacing, writeFully } from './durable-file.js';
import type { RepositoryLayout } from './repository-layout.js';
import { errnoOf, unlessMissing } from './storage-error.js';

/** A chunk that is there, as far as can be told without reading its content. */
export interface KeptChunk {
  /** Uncompressed. */
  readonly bytes: number;
  readonly fileBytes: number;
  /** No part has taken it in yet, see {@link chunkMode}. */
  readonly isSentAhead: boolean;
}

/** A chunk that cannot be given out. `problem` says why, as the end of a sentence about it. */
export class DamagedChunk extends Error {
  constructor(
    readonly problem: string,
    readonly isMissing = false,
  ) {
    super(problem);
  }
}

/**
 * The chunk files of one repository. A file appears whole, durable in its content, and is never changed; the folder
 * entries become durable with {@link syncDirectory} before a part that needs them is published.
 *
 * Whether a chunk may be removed is not decided here, see `ChunkUse`.
 */
export class ChunkFiles {
  /** Chunks whose file turned out to be damaged when it was read: absent for writers, so that a new copy heals them. */
  readonly #damaged = new Set<string>();

  constructor(
    private readonly layout: RepositoryLayout,
    /** Begins the names of temporary files, so that a sweep knows whose they are. */
    private readonly token: string,
    private readonly onBytes: (difference: number) => void,
  ) {}

  /**
   * The chunk, if it is there with the length its header says; its content is not read. A chunk that is there counts as
   * used from now on: its modification time is what a sweep's grace goes by, in this process and in others.
   */
  async touch(hash: string): Promise<KeptChunk | undefined> {
    if (this.#damaged.has(hash)) return undefined;
    const handle = await unlessMissing(open(this.layout.chunk(hash), 'r'));
    if (handle === undefined) return undefined;
    try {
      const { size, mode } = await handle.stat();
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(chunkHeaderBytes), 0, chunkHeaderBytes, 0);
      const header = parseChunkHeader(buffer.subarray(0, bytesRead), size);
      if (typeof header === 'string') {
        this.#remember(hash);
        return undefined;
      }
      const now = new Date();
      await handle.utimes(now, now);
      return { bytes: header.rawBytes, fileBytes: size, isSentAhead: (mode & 0o200) !== 0 };
    } finally {
      await handle.close();
    }
  }

  /**
   * Stores a chunk unless it is there.
   * @param mode permissions of a new file, see {@link chunkMode}
   * @returns bytes that the repository grew by; 0 when the chunk was there
   */
  async create(hash: string, raw: Buffer, encoder: ChunkEncoder, mode: number): Promise<number> {
    const buffers = await encoder.encode(raw);
    const temporary = join(this.layout.temporary, `${this.token}.${randomUUID()}.chunk`);
    try {
      const handle = await open(temporary, 'wx', mode);
      try {
        await writeFully(handle, buffers, 0);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      if (this.#damaged.delete(hash)) await rename(temporary, this.layout.chunk(hash));
      else if (!(await moveWithoutReplacing(temporary, this.layout.chunk(hash)))) return 0;
    } catch (error) {
      await unlessMissing(unlink(temporary)).catch(() => undefined);
      throw error;
    }
    const bytes = buffers[0].length + buffers[1].length;
    this.onBytes(bytes);
    return bytes;
  }

  /** Marks a chunk that was sent ahead as taken in by a part. */
  async takeIn(hash: string): Promise<void> {
    await chmod(this.layout.chunk(hash), chunkMode.ofPart);
  }

  /** The chunk's content, checked against its hash. @throws DamagedChunk */
  read(hash: string): Promise<Buffer> {
    return this.#decode(hash, readWhole);
  }

  /**
   * The same check for a chunk that nobody wants to have.
   * @param buffer what the file is read into
   * @returns bytes of the content
   */
  async check(hash: string, buffer: Buffer): Promise<number> {
    const content = await this.#decode(hash, async (handle) => {
      const file = await readInto(buffer, handle);
      return file.length < buffer.length ? file : await readWhole(handle);
    });
    return content.length;
  }

  async #decode(hash: string, readFile: (handle: FileHandle) => Promise<Buffer>): Promise<Buffer> {
    let file: Buffer;
    try {
      file = await this.#withFile(hash, readFile);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw new DamagedChunk('it is missing', true);
      if (errnoOf(error) === 'EIO') throw new DamagedChunk('the disk cannot read it');
      throw error;
    }
    const content = await decodeChunk(file, hash);
    if (typeof content !== 'string') return content;
    this.#remember(hash);
    throw new DamagedChunk(content);
  }

  async #withFile<T>(hash: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
    const handle = await open(this.layout.chunk(hash), 'r');
    try {
      return await work(handle);
    } finally {
      await handle.close();
    }
  }

  /** @returns bytes freed; 0 when the chunk was not there */
  async remove(hash: string): Promise<number> {
    const path = this.layout.chunk(hash);
    const found = await unlessMissing(stat(path));
    if (found === undefined) return 0;
    await unlessMissing(unlink(path));
    this.#damaged.delete(hash);
    this.onBytes(-found.size);
    return found.size;
  }

  #remember(hash: string): void {
    if (this.#damaged.size < mostDamagedRemembered) this.#damaged.add(hash);
  }
}

/**
 * Chunks sent ahead of their part are writable by their owner until a part takes them in; so a part that is published
 * knows what it added, also after a restart.
 */
export const chunkMode = { ofPart: 0o400, sentAhead: 0o600 } as const;

const mostDamagedRemembered = 100_000;

async function readWhole(handle: FileHandle): Promise<Buffer> {
  const { size } = await handle.stat();
  if (size > maxChunkBytes + 64 * 1024) throw new DamagedChunk(`its file has ${size} bytes`);
  return await readInto(Buffer.allocUnsafeSlow(size), handle);
}

/** As much of the file as there is room for. One read is enough, but on filesystems that may give less. */
async function readInto(buffer: Buffer, handle: FileHandle): Promise<Buffer> {
  let filled = 0;
  do {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  } while (filled < claimedFileBytes(buffer.subarray(0, filled)));
  return buffer.subarray(0, filled);
}
