import { archivesPages, contentShifts, ProgressMeter, type ByteStream, type LongCallOptions, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { ArchiveCutter } from './archive-cutter.js';
import { BoundedTasks } from './bounded-tasks.js';
import { maxChunkBytes } from './chunk-codec.js';
import { chunkThreads } from './chunk-threads.js';
import { ContentDefinedCutter } from './content-defined-cutter.js';
import { FixedSizeCutter } from './fixed-size-cutter.js';
import type { PackWriter } from './pack-writer.js';
import { PartDraft } from './part-draft.js';
import type { Repository } from './repository.js';
import type { StreamCutter } from './stream-cutter.js';
import { StreamPull } from './stream-pull.js';

/**
 * Stores a stream as one part; the contract is `CopyRepositoryBroker.writePart`.
 *
 * The stream is pulled and cut here; hashing, compressing and sealing happens for a few chunks at a time in other threads. The
 * buffers for that are all the memory it takes.
 */
export async function writePart(repository: Repository, key: PartKey, metadata: PartMetadata, stream: ByteStream, options: LongCallOptions & { readonly signal: AbortSignal }): Promise<PartInfo> {
  const doing = `writing part "${key.partId}" to repository "${repository.id}"`;
  const pull = new StreamPull(stream, { signal: options.signal, idleMs: repository.settings.streamIdleMs, doing });
  let bytesNew = 0;
  const meter = new ProgressMeter(options.onProgress, undefined, () => ({ bytesNew, bytesStored: writer.storedBytes }));
  const writer = repository.packs.writer((bytes) => {
    bytesNew += bytes;
    meter.add(bytes);
  });
  let draft: PartDraft | undefined;
  try {
    draft = await PartDraft.open(repository, key, 'write');
    await storeChunks(repository, draft, { cutter: cutterFor(metadata.format, repository), writer, pull, meter, signal: options.signal });
    const info = await draft.publish(metadata, writer);
    meter.end();
    return info;
  } catch (error) {
    await writer.abandon();
    // What cannot be freed now, a sweep will free; the first error is the one to tell.
    await draft?.discard({ freeChunks: true }).catch(() => undefined);
    throw error;
  } finally {
    await pull.close();
  }
}

/** Smaller ones where boundaries follow the content: a change costs the chunk it lies in. */
function cutterFor(format: string, { settings: { chunkBytes }, rawBuffers }: Repository): StreamCutter {
  if (archivesPages(format)) return new ArchiveCutter(rawBuffers.of(chunkBytes));
  if (!contentShifts(format)) return new FixedSizeCutter(rawBuffers.of(chunkBytes));
  const usualBytes = chunkBytes >> 1;
  return new ContentDefinedCutter(usualBytes, rawBuffers.of(Math.min(4 * usualBytes, maxChunkBytes)));
}

interface Tools {
  readonly cutter: StreamCutter;
  readonly writer: PackWriter;
  readonly pull: StreamPull;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
}

async function storeChunks({ cipher, packs, settings, rates }: Repository, draft: PartDraft, { cutter, writer, pull, meter, signal }: Tools): Promise<void> {
  const tasks = new BoundedTasks(settings.parallelChunks);
  const bandwidth = rates.write.flow();
  let added: Promise<unknown> = Promise.resolve();

  /** Hashes of later chunks may be known earlier; in the part they are in the order of the stream. */
  const add = async (raw: Buffer): Promise<string> => {
    const before = added;
    const claim = (async () => {
      const hash = await chunkThreads.hash(raw);
      await before;
      return { hash, noted: draft.add([{ hash, bytes: raw.length }]) };
    })();
    added = claim;
    const { hash, noted } = await claim;
    await noted;
    return cipher.name(hash);
  };

  const store = async (raw: Buffer): Promise<void> => {
    await bandwidth.take(raw.length, signal);
    await tasks.start(async () => {
      let written = 0;
      const name = await add(raw);
      const found = packs.find(name);
      if (found !== undefined) {
        draft.liesIn(found.packId);
        meter.add(raw.length);
      } else if (writer.reserve(name)) {
        written = await writer.append(name, raw);
      } else {
        meter.add(raw.length);
      }
      bandwidth.giveBack(raw.length - written);
      cutter.release(raw);
    });
  };

  try {
    for (let piece = await pull.next(); piece !== undefined; piece = await pull.next()) {
      for (const raw of cutter.push(piece)) await store(raw);
    }
    for (const raw of cutter.end()) await store(raw);
    await tasks.done();
    await writer.flush();
  } finally {
    await tasks.settled();
  }
}
