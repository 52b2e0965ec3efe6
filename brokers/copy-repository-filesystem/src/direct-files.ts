import { constants, open, unlink, type FileHandle } from 'node:fs/promises';
import { alignedBuffer, blockBytes, errnoOf, isAligned, SpareBuffers, unlessMissing, writeFully, type ByteRange } from '@ocopea/repository-engine';

/**
 * Reads and writes large files beside the page cache, where the filesystem can and the memory is aligned: so what the
 * application keeps there stays, bytes are not copied once more, and what is read to be verified comes from the disk.
 */
export class DirectFiles {
  #isPossible = O_DIRECT !== undefined;
  readonly #lastBlocks = new SpareBuffers(lastBlocksBytes, alignedBuffer);

  /** Makes a file; its content is durable when this resolves. */
  async write(path: string, pieces: readonly Uint8Array[]): Promise<void> {
    if (!this.#suits(pieces[0])) return await writeBuffered(path, pieces);
    try {
      await withFile(path, O_WRONLY | O_CREAT | O_EXCL | O_DIRECT!, async (handle) => await this.#writeDirect(handle, pieces));
    } catch (error) {
      this.#noticeWhetherPossible(error);
      await unlessMissing(unlink(path));
      await writeBuffered(path, pieces);
    }
  }

  /**
   * @param into the answer is a part of it; should have room for two blocks more than the range
   * @returns less than the range where the file ends earlier; `undefined` when it has to be read some other way
   * @throws what opening and reading throw
   */
  async read(path: string, { offset, bytes }: ByteRange, into: Buffer): Promise<Buffer | undefined> {
    const start = offset - (offset % blockBytes);
    const length = upToBlocks(offset + bytes) - start;
    if (bytes < fewestBytes || !this.#suits(into) || into.length < length) return undefined;
    try {
      return await withFile(path, O_RDONLY | O_DIRECT!, async (handle) => {
        const filled = await readBlocks(handle, into.subarray(0, length), start);
        return into.subarray(Math.min(filled, offset - start), Math.min(filled, offset - start + bytes));
      });
    } catch (error) {
      this.#noticeWhetherPossible(error);
      return undefined;
    }
  }

  /** The file gets longer than its content, to a whole block, and then its length. */
  async #writeDirect(handle: FileHandle, [first, ...others]: readonly Uint8Array[]): Promise<void> {
    const directBytes = first!.length - (first!.length % blockBytes);
    const rest = [first!.subarray(directBytes), ...others];
    const restBytes = rest.reduce((sum, { length }) => sum + length, 0);
    await writeBlocks(handle, first!.subarray(0, directBytes), 0);
    await this.#lastBlocks.lend(upToBlocks(restBytes), async (last) => {
      let filled = 0;
      for (const piece of rest) {
        last.set(piece, filled);
        filled += piece.length;
      }
      await writeBlocks(handle, last.subarray(0, upToBlocks(restBytes)), directBytes);
    });
    await handle.truncate(directBytes + restBytes);
    await handle.datasync();
  }

  #suits(memory: Uint8Array | undefined): boolean {
    return this.#isPossible && memory !== undefined && memory.length >= fewestBytes && isAligned(memory);
  }

  /** @throws when the error says anything else than that this filesystem, or disk, cannot do it */
  #noticeWhetherPossible(error: unknown): void {
    if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP'].includes(errnoOf(error) ?? '')) throw error;
    this.#isPossible = false;
  }
}

/** Not on all systems. */
const O_DIRECT = constants.O_DIRECT as number | undefined;
const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants;

/** For less than this the page cache is the faster way. */
const fewestBytes = 256 * 1024;
/** What follows the first piece of a file is mostly small. */
const lastBlocksBytes = 64 * 1024;

async function writeBlocks(handle: FileHandle, blocks: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < blocks.length; ) done += (await handle.write(blocks, done, blocks.length - done, position + done)).bytesWritten;
}

/** @returns bytes read: fewer at the end of the file */
async function readBlocks(handle: FileHandle, blocks: Buffer, position: number): Promise<number> {
  let filled = 0;
  while (filled < blocks.length) {
    const { bytesRead } = await handle.read(blocks, filled, blocks.length - filled, position + filled);
    filled += bytesRead;
    // A read that ends within a block has met the end, and the next one could not begin there.
    if (bytesRead === 0 || bytesRead % blockBytes !== 0) break;
  }
  return filled;
}

async function writeBuffered(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  await withFile(path, O_WRONLY | O_CREAT | O_EXCL, async (handle) => {
    await writeFully(handle, pieces, 0);
    await handle.datasync();
  });
}

async function withFile<T>(path: string, flags: number, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, flags, 0o400);
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

function upToBlocks(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes;
}
