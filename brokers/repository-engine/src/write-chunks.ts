import { BrokerError, BrokerErrorCode, throwIfCancelled, type ChunkWriteOptions, type SentChunk } from '@ocopea/broker-contract';
import { maxChunkBytes } from './chunk-codec.js';
import { chunkThreads } from './chunk-threads.js';
import type { PackWriter } from './pack-writer.js';
import { checkHashes, checkId } from './request-checks.js';
import type { Repository } from './repository.js';
import { noteSentAhead } from './sent-ahead.js';
import { asShared } from './shared-memory.js';
import type { Turn } from './shared-turns.js';

/**
 * Stores chunks that were sent, gathered in packs; the contract is `ChunkStore.writeChunks`. Few fill packs at a time, so that memory
 * does not grow with the senders; one that fills a pack stores it as it is when another waits to begin.
 */
export async function writeChunks(repository: Repository, chunks: AsyncIterable<SentChunk>, { forPart, signal }: ChunkWriteOptions): Promise<void> {
  if (forPart !== undefined) checkId('partId', forPart);
  const source = chunks[Symbol.asyncIterator]();
  const batch = new ChunkBatch(repository, forPart);
  try {
    for (;;) {
      throwIfCancelled(signal, 'writing chunks');
      const { done, value } = await batch.whileWaiting(source.next());
      if (done) break;
      await batch.add(value);
    }
  } catch (error) {
    await source.return?.();
    // What is sound is kept. The first error is the one to tell.
    await batch.store().catch(() => undefined);
    throw error;
  }
  await batch.store();
}

class ChunkBatch {
  #open: { readonly turn: Turn; readonly writer: PackWriter; readonly names: string[]; rawBytes: number } | undefined;

  constructor(
    private readonly repository: Repository,
    private readonly forPart: string | undefined,
  ) {}

  /** The same promise; what is gathered is stored when others want to begin before it settles. */
  async whileWaiting<T>(next: Promise<T>): Promise<T> {
    if (this.#open !== undefined) {
      const isWanted = await Promise.race([next.then(() => false), this.#open.turn.wanted.then(() => true)]);
      if (isWanted) await this.store();
    }
    return await next;
  }

  /** @throws INVALID_REQUEST; CORRUPT_DATA */
  async add({ hash, bytes }: SentChunk): Promise<void> {
    const { packs, pins, use, cipher, sending } = this.repository;
    checkHashes([hash]);
    if (bytes.byteLength > maxChunkBytes) {
      throw new BrokerError(BrokerErrorCode.InvalidRequest, `chunk ${hash} has ${bytes.byteLength} bytes, at most ${maxChunkBytes} are allowed; cut smaller ones`);
    }
    const raw = asShared(bytes);
    if ((await chunkThreads.hash(raw)) !== hash) {
      throw new BrokerError(BrokerErrorCode.CorruptData, `the bytes given for chunk ${hash} have another hash; they were changed on the way, send them again`);
    }
    const name = cipher.name(hash);
    pins.pin(name);
    use.use(name);
    if (await packs.touch(name)) return;
    this.#open ??= { turn: await sending.take(), writer: packs.writer(), names: [], rawBytes: 0 };
    const open = this.#open;
    if (!open.writer.reserve(name)) return;
    open.names.push(name);
    open.rawBytes += raw.byteLength;
    this.repository.rates.write.charge(await open.writer.append(name, raw), this.forPart);
    if (open.rawBytes >= mostGatheredBytes) await this.store();
  }

  /** Stores what is gathered, and lets others begin. */
  async store(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const { writer, names, turn } = open;
    try {
      await writer.flush();
    } finally {
      await writer.abandon();
      turn.giveBack();
    }
    if (this.forPart === undefined) return;
    await noteSentAhead(this.repository, this.forPart, names.map((name, index) => ({ name, storedBytes: index === 0 ? writer.storedBytes : 0 })));
  }
}

/** Of one record of what was sent ahead, whose length has 32 bits; many packs. */
const mostGatheredBytes = 256 * 1024 * 1024;
