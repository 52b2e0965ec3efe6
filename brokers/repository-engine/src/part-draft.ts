import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, chunkRecordBytes, ChunkListHash, encodeChunkRecords, type ChunkReference, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { encodeManifestTail, Manifest, manifestHead, type ManifestSummary } from './manifest.js';
import { packFolder } from './pack-format.js';
import { RecordLog } from './record-log.js';
import { partKey, partsPrefix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { unlessMissing } from './storage-error.js';

/** `write`: its chunks came with it. `publish`: they were sent ahead, and stay for another attempt if this one dies. */
export type DraftKind = 'write' | 'publish';

/** What the local manifest of a draft ends with, so that a sweep knows what a dead one leaves. */
export const draftSuffix: Record<DraftKind, string> = { write: '.write', publish: '.publish' };

/**
 * A part on its way: its manifest grows in a local file, which at the same time claims the chunks. Ends with
 * {@link publish} or {@link discard}; until then the part does not exist for anyone.
 */
export class PartDraft {
  readonly #hash = new ChunkListHash();
  readonly #packFolders = new Set<string>();
  #logicalBytes = 0;
  #chunks = 0;

  private constructor(
    private readonly repository: Repository,
    private readonly key: PartKey,
    private readonly log: RecordLog,
    private readonly onEnd: () => void,
  ) {}

  /** @throws ALREADY_EXISTS */
  static async open(repository: Repository, key: PartKey, kind: DraftKind): Promise<PartDraft> {
    if (repository.drafts.has(key.partId)) throw partExists(key);
    let end = (): void => undefined;
    repository.drafts.set(key.partId, new Promise<void>((resolve) => (end = resolve)));
    try {
      if (await repository.store.stat(partKey(key.partId))) throw partExists(key);
      const path = join(repository.scratch, `${repository.token}.${randomUUID()}${draftSuffix[kind]}`);
      const log = await RecordLog.create(path, manifestHead);
      repository.use.open(log);
      return new PartDraft(repository, key, log, end);
    } catch (error) {
      repository.drafts.delete(key.partId);
      end();
      throw error;
    }
  }

  get logicalBytes(): number {
    return this.#logicalBytes;
  }

  /**
   * Adds chunks at the end of the part. Once the promise resolves they are claimed, and it is safe to look whether they are
   * there.
   */
  async add(chunks: readonly ChunkReference[]): Promise<void> {
    const records = encodeChunkRecords(chunks);
    this.#hash.update(records);
    const names = this.repository.cipher.toNames(records);
    const noted = this.log.append(names);
    chunks.forEach(({ bytes }, index) => {
      this.repository.use.use(names.toString('hex', index * chunkRecordBytes, index * chunkRecordBytes + 8));
      this.#logicalBytes += bytes;
      this.#chunks += 1;
    });
    await noted;
  }

  /** Says where one of the chunks lies: the pack has to be settled before the part is published. */
  liesIn(packId: string): void {
    this.#packFolders.add(packFolder(packId));
  }

  /**
   * Makes everything durable, then the part visible. All chunks must be there.
   * @param written what was stored for it: bytes, and the folders of its packs
   * @throws ALREADY_EXISTS
   */
  async publish(metadata: PartMetadata, { storedBytes, folders }: { readonly storedBytes: number; readonly folders: Iterable<string> }): Promise<PartInfo> {
    const { store, usedBytes, cipher } = this.repository;
    const writer = randomUUID();
    const summary: ManifestSummary = { partId: this.key.partId, metadata, logicalBytes: this.#logicalBytes, storedBytes, chunks: this.#chunks, hash: this.#hash.digest(), writer };
    // Packs found there may have come from a write that is not published yet, so they need this as much as new ones.
    await store.settle(new Set([...this.#packFolders, ...folders]));
    await this.log.finish(encodeManifestTail(summary, cipher));
    const objectKey = partKey(this.key.partId);
    if (!(await store.putFile(objectKey, this.log.path)) && !(await this.#isOurs(objectKey, writer))) throw partExists(this.key);
    try {
      await store.settle([partsPrefix]);
    } catch (error) {
      await store.delete(objectKey).catch(() => undefined);
      throw error;
    }
    usedBytes.add((await store.stat(objectKey))?.bytes ?? 0);
    await this.#end();
    return { ...this.key, metadata, logicalBytes: summary.logicalBytes, storedBytes, hash: summary.hash };
  }

  /** The chunks so far, by name, also after {@link publish} has failed. */
  records(): AsyncIterable<Buffer> {
    return this.log.records();
  }

  /** Gives the part up. @param freeChunks also removes those of its chunks that nothing else uses */
  async discard({ freeChunks }: { readonly freeChunks: boolean }): Promise<void> {
    this.repository.use.close(this.log);
    try {
      if (freeChunks) await this.repository.reclaimer.reclaimChunks(this.records());
    } finally {
      await this.#end();
      await unlessMissing(unlink(this.log.path)).catch(() => undefined);
    }
  }

  /** A store may say "taken" when it repeated a request whose answer was lost. */
  async #isOurs(objectKey: string, writer: string): Promise<boolean> {
    return (await Manifest.open(this.repository, objectKey, this.key).catch(() => undefined))?.summary.writer === writer;
  }

  async #end(): Promise<void> {
    this.repository.use.close(this.log);
    this.repository.drafts.delete(this.key.partId);
    this.onEnd();
    await this.log.close();
  }
}

export function partExists({ repositoryId, partId }: PartKey): BrokerError {
  return new BrokerError(BrokerErrorCode.AlreadyExists, `part "${partId}" exists already in repository "${repositoryId}"; part ids are never used twice, choose another one`);
}
