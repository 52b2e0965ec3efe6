import { ProgressMeter, type ByteStream, type LongCallOptions, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { BoundedTasks } from './bounded-tasks.js';
import { ChunkEncoder, chunkHash } from './chunk-codec.js';
import { chunkMode } from './chunk-files.js';
import { FixedSizeCutter } from './fixed-size-cutter.js';
import { PartDraft } from './part-draft.js';
import type { Repository } from './repository.js';
import { StreamPull } from './stream-pull.js';

/**
 * Stores a stream as one part; the contract is `CopyRepositoryBroker.writePart`.
 *
 * The stream is pulled, cut and hashed here; looking whether a chunk is there, compressing, writing and making it durable
 * happens for a few chunks at a time in the thread pool. That, the buffers for it, is all the memory it takes.
 */
export async function writePart(repository: Repository, key: PartKey, metadata: PartMetadata, stream: ByteStream, options: LongCallOptions & { readonly signal: AbortSignal }): Promise<PartInfo> {
  const doing = `writing part "${key.partId}" to repository "${repository.id}"`;
  const pull = new StreamPull(stream, { signal: options.signal, idleMs: repository.settings.streamIdleMs, doing });
  let draft: PartDraft | undefined;
  try {
    draft = await PartDraft.open(repository, key, 'write');
    const meter = new ProgressMeter(options.onProgress);
    const storedBytes = await storeChunks(repository, draft, pull, meter);
    const info = await draft.publish(metadata, storedBytes);
    meter.end();
    return info;
  } catch (error) {
    // What cannot be freed now, a sweep will free; the first error is the one to tell.
    await draft?.discard({ freeChunks: true }).catch(() => undefined);
    throw error;
  } finally {
    await pull.close();
  }
}

async function storeChunks(repository: Repository, draft: PartDraft, pull: StreamPull, meter: ProgressMeter): Promise<number> {
  const { chunkBytes, parallelChunks } = repository.settings;
  const cutter = new FixedSizeCutter(chunkBytes);
  const encoder = new ChunkEncoder();
  const tasks = new BoundedTasks(parallelChunks);
  let storedBytes = 0;

  const store = async (raw: Buffer): Promise<void> => {
    const hash = chunkHash(raw);
    await tasks.start(async () => {
      await draft.add([{ hash, bytes: raw.length }]);
      const added = (await repository.files.touch(hash)) ? 0 : await repository.files.create(hash, raw, encoder, chunkMode.ofPart);
      storedBytes += added;
      meter.add(raw.length);
      cutter.release(raw);
    });
  };

  try {
    for (let piece = await pull.next(); piece !== undefined; piece = await pull.next()) {
      for (const raw of cutter.push(piece)) await store(raw);
    }
    const last = cutter.end();
    if (last) await store(last);
    await tasks.done();
    return storedBytes;
  } finally {
    await tasks.settled();
  }
}
