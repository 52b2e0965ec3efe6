import { setTimeout as delay } from 'node:timers/promises';
import { BrokerError, BrokerErrorCode, isBrokerError, ProgressMeter, throwIfCancelled, untilCancelled, type ChunkReference, type ChunkStore, type CopyRepositoryBroker, type LongCallOptions, type PartKey } from '@ocopea/broker-contract';

export interface RepairPartOptions extends LongCallOptions {
  /** The repository that the part is damaged in; must have the capability `chunks`. */
  readonly broker: CopyRepositoryBroker;
  readonly key: PartKey;
  /** Repositories to take sound chunks from, the most likely first: any that may hold the same content, whatever part it is of there. */
  readonly sources: readonly { readonly chunks: ChunkStore; readonly repositoryId: string }[];
}

export interface PartRepair {
  /** Hashes of chunks that were damaged and are sound again. */
  readonly repaired: readonly string[];
  /** Of chunks that no source could give. The part is still damaged when there are any. */
  readonly lost: readonly string[];
}

/**
 * Reads a part as `verifyPart` does, and writes anew what is damaged or missing of it from other repositories that have it. May
 * be interrupted and repeated: each chunk is sound from the moment it is written.
 *
 * @throws NOT_FOUND the part; NOT_SUPPORTED its repository keeps no chunks; CORRUPT_DATA its list of chunks is damaged, which
 * nothing else holds; CAPACITY_EXCEEDED; CANCELLED
 */
export async function repairPart({ broker, key, sources, signal, onProgress }: RepairPartOptions): Promise<PartRepair> {
  const { chunks } = broker;
  if (chunks === undefined) throw new BrokerError(BrokerErrorCode.NotSupported, `part "${key.partId}" cannot be repaired: its repository does not keep chunks`);
  const options = signal ? { signal } : {};
  const meter = new ProgressMeter(onProgress, (await broker.getPart(key, options)).logicalBytes);
  const repair = { repaired: new Set<string>(), lost: new Set<string>() };
  for await (const page of chunks.listChunks(key, options)) {
    for (let at = 0; at < page.length; at += checkedAtOnce) {
      throwIfCancelled(signal, `repairing part "${key.partId}"`);
      const checked = page.slice(at, at + checkedAtOnce);
      await untilAdmitted(chunks, key, checked.reduce((sum, { bytes }) => sum + bytes, 0), signal);
      await Promise.all(checked.map((chunk) => repairChunk(chunk)));
    }
  }
  meter.end();
  return { repaired: [...repair.repaired], lost: [...repair.lost] };

  async function repairChunk({ hash, bytes }: ChunkReference): Promise<void> {
    if (!(await isSound(chunks!, key, hash)) && !repair.lost.has(hash)) {
      const sound = await soundChunk(sources, hash);
      if (sound !== undefined) await chunks!.writeChunk(key.repositoryId, hash, sound, options);
      repair[sound === undefined ? 'lost' : 'repaired'].add(hash);
    }
    meter.add(bytes);
  }
}

async function isSound(chunks: ChunkStore, { repositoryId, partId }: PartKey, hash: string): Promise<boolean> {
  return (await unlessDamaged(chunks.readChunk(repositoryId, hash, { forPart: partId }))) !== undefined;
}

/** Until so many bytes of the part may be read. */
async function untilAdmitted(chunks: ChunkStore, { repositoryId, partId }: PartKey, bytes: number, signal: AbortSignal | undefined): Promise<void> {
  const ask = async (): Promise<number> => (await chunks.reserve?.({ repositoryId, direction: 'read', forPart: partId, bytes }))?.delayMs ?? 0;
  for (let ms = await ask(); ms > 0; ms = await ask()) {
    await untilCancelled(delay(ms), signal, `repairing part "${partId}"`);
  }
}

async function soundChunk(sources: RepairPartOptions['sources'], hash: string): Promise<Uint8Array | undefined> {
  for (const { chunks, repositoryId } of sources) {
    const chunk = await unlessDamaged(chunks.readChunk(repositoryId, hash));
    if (chunk !== undefined) return chunk;
  }
  return undefined;
}

async function unlessDamaged(reading: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isBrokerError(error, 'CORRUPT_DATA') || isBrokerError(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

const checkedAtOnce = 8;
