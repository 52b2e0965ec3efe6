import { randomUUID } from 'node:crypto';
import { stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, ChunkListHash, encodeChunkRecords, type ChunkReference, type PartInfo, type PartKey, type PartMetadata } from '@ocopea/broker-contract';
import { BoundedTasks } from './bounded-tasks.js';
import { moveWithoutReplacing, syncDirectory } from './durable-file.js';
import { encodeManifestTail, manifestHead, type ManifestSummary } from './manifest.js';
import { RecordLog } from './record-log.js';
import { partSuffix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { unlessMissing } from './storage-error.js';

/** `write`: its chunks came with it. `publish`: they were sent ahead, and stay for another attempt if this one dies. */
export type DraftKind = 'write' | 'publish';

/** What the temporary manifest of a draft ends with, so that a sweep knows what a dead one leaves. */
export const draftSuffix: Record<DraftKind, string> = { write: `.write${partSuffix}`, publish: `.publish${partSuffix}` };

/**
 * A part on its way: its manifest grows in a temporary file, which at the same time claims the chunks. Ends with
 * {@link publish} or {@link discard}; until then the part does not exist for anyone.
 */
export class PartDraft {
  readonly #hash = new ChunkListHash();
  readonly #prefixes = new Set<string>();
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
      if (await unlessMissing(stat(repository.layout.part(key.partId)))) throw partExists(key);
      const path = join(repository.layout.temporary, `${repository.token}.${randomUUID()}${draftSuffix[kind]}`);
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
   * Adds chunks at the end of the part. Once the promise resolves they are claimed, and it is safe to look whether their
   * files are there.
   */
  async add(chunks: readonly ChunkReference[]): Promise<void> {
    const records = encodeChunkRecords(chunks);
    this.#hash.update(records);
    const noted = this.log.append(records);
    const removals = chunks.map(({ hash, bytes }) => {
      this.#prefixes.add(hash.slice(0, 2));
      this.#logicalBytes += bytes;
      this.#chunks += 1;
      return this.repository.use.use(hash);
    });
    await noted;
    await Promise.all(removals);
  }

  /** Makes everything durable, then the part visible. All chunks must be there. @throws ALREADY_EXISTS */
  async publish(metadata: PartMetadata, storedBytes: number): Promise<PartInfo> {
    const { layout, usedBytes } = this.repository;
    const summary: ManifestSummary = { partId: this.key.partId, metadata, logicalBytes: this.#logicalBytes, storedBytes, chunks: this.#chunks, hash: this.#hash.digest() };
    // Chunks found there may have come from a write that is not published yet, so their entries need this as much as new ones.
    await this.#syncChunkFolders();
    await this.log.finish(encodeManifestTail(summary));
    const path = layout.part(this.key.partId);
    if (!(await moveWithoutReplacing(this.log.path, path))) throw partExists(this.key);
    try {
      await syncDirectory(layout.parts);
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
    usedBytes.add((await stat(path)).size);
    await this.#end();
    return { ...this.key, metadata, logicalBytes: summary.logicalBytes, storedBytes, hash: summary.hash };
  }

  /** The chunks so far, also after {@link publish} has failed. */
  records(): AsyncIterable<Buffer> {
    return this.log.records();
  }

  /** Gives the part up. @param freeChunks also removes those of its chunks that nothing else uses */
  async discard({ freeChunks }: { readonly freeChunks: boolean }): Promise<void> {
    this.repository.use.close(this.log);
    try {
      if (freeChunks) await this.repository.reclaimer.reclaim(this.records());
    } finally {
      await this.#end();
      await unlessMissing(unlink(this.log.path)).catch(() => undefined);
    }
  }

  async #syncChunkFolders(): Promise<void> {
    const tasks = new BoundedTasks(syncsAtOnce);
    try {
      for (const prefix of this.#prefixes) await tasks.start(() => syncDirectory(this.repository.layout.chunkFolder(prefix)));
      await tasks.done();
    } finally {
      await tasks.settled();
    }
  }

  async #end(): Promise<void> {
    this.repository.use.close(this.log);
    this.repository.drafts.delete(this.key.partId);
    this.onEnd();
    await this.log.close();
  }
}

/** A filesystem's journal takes several with one write to the disk. */
const syncsAtOnce = 8;

export function partExists({ repositoryId, partId }: PartKey): BrokerError {
  return new BrokerError(BrokerErrorCode.AlreadyExists, `part "${partId}" exists already in repository "${repositoryId}"; part ids are never used twice, choose another one`);
}
