import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, type PartKey, type RepositoryRates } from '@ocopea/broker-contract';
import { ChunkPacks } from './chunk-packs.js';
import { ChunkUse } from './chunk-use.js';
import type { ObjectStore } from './object-store.js';
import { PackIndex } from './pack-index.js';
import { EncryptingCipher, plainCipher, type RepositoryCipher } from './repository-cipher.js';
import { createKeys, openKeys, rotateKeys, type KeyWrapping } from './repository-keys.js';
import { Encryption, readFormat, writeFormat } from './repository-layout.js';
import { SpaceReclaimer } from './space-reclaimer.js';
import { SharedTurns } from './shared-turns.js';
import { SharedSpareBuffers } from './spare-buffers.js';
import { TransferPins } from './transfer-pins.js';
import { UsedBytes } from './used-bytes.js';

export interface RepositorySettings {
  /** Size that streams are cut into. */
  readonly chunkBytes: number;
  /** Size of a pack; a chunk that is larger gets one of its own. */
  readonly packBytes: number;
  /** Packs of one stream that are stored side by side. */
  readonly parallelPacks: number;
  /** Chunks of one stream that are compressed and written, or read, side by side. */
  readonly parallelChunks: number;
  /** How long a source of bytes may give nothing. */
  readonly streamIdleMs: number;
  /** How long a sweep leaves unreferenced chunks alone after their last use, so that a transfer can resume. */
  readonly graceMs: number;
  /** How long a chunk stays pinned for a transfer after its last use by one. */
  readonly pinMs: number;
  /** The clock that pins go by, in milliseconds. */
  readonly now: () => number;
}

/** Where a repository lies. */
export interface RepositoryPlace {
  readonly store: ObjectStore;
  /** A local folder of its own for lists and the index; what is in it can be lost. */
  readonly scratch: string;
}

/** One repository, opened: what the operations on it share within this process. */
export class Repository {
  readonly use = new ChunkUse();
  readonly pins: TransferPins;
  readonly usedBytes: UsedBytes;
  readonly packs: ChunkPacks;
  readonly reclaimer: SpaceReclaimer;
  /** Who may fill packs with chunks that are sent. */
  readonly sending = new SharedTurns(4, 60_000);
  /** For the content of chunks on their way in. */
  readonly rawBuffers = new SharedSpareBuffers();
  /** Parts that are being written, by id; each promise resolves when that has ended, whichever way. */
  readonly drafts = new Map<string, Promise<void>>();

  private constructor(
    readonly id: string,
    private readonly place: RepositoryPlace,
    /** Begins the names of this process's local files. */
    readonly token: string,
    readonly settings: RepositorySettings,
    private readonly index: PackIndex,
    public cipher: RepositoryCipher,
    private readonly wrapping: KeyWrapping | undefined,
    /** How fast content may be read and written. */
    readonly rates: RepositoryRates,
  ) {
    this.pins = new TransferPins(settings);
    this.usedBytes = new UsedBytes(place.store);
    this.packs = new ChunkPacks({
      store: place.store,
      index,
      packBytes: settings.packBytes,
      parallelPacks: settings.parallelPacks,
      chunkBytes: settings.chunkBytes,
      cipher: () => this.cipher,
      onBytes: (difference) => this.usedBytes.add(difference),
      now: settings.now,
    });
    this.reclaimer = new SpaceReclaimer({ store: place.store, packs: this.packs, use: this.use, pins: this.pins, onBytes: (difference) => this.usedBytes.add(difference) });
  }

  /** @param wrapping what opens the keys; absent when it is not encrypted @throws NOT_FOUND; KEY_UNAVAILABLE */
  static async open(id: string, place: RepositoryPlace, token: string, settings: RepositorySettings, wrapping: KeyWrapping | undefined, rates: RepositoryRates): Promise<Repository> {
    const encryption = await readFormat(place.store);
    if (encryption === undefined) throw new BrokerError(BrokerErrorCode.NotFound, `where repository "${id}" should lie there is none; bring it back, or forget it and make a new one`);
    const cipher = wrapping === undefined ? plainCipher : new EncryptingCipher(await openKeys(place.store, id, wrapping));
    await mkdir(place.scratch, { recursive: true, mode: 0o700 });
    const index = await PackIndex.open(join(place.scratch, 'index'));
    const repository = new Repository(id, place, token, settings, index, cipher, wrapping, rates);
    if (!index.isComplete) await repository.packs.recover();
    return repository;
  }

  /** Makes a repository in an empty place, or takes over the one that is there. @throws INVALID_REQUEST; NOT_SUPPORTED; KEY_UNAVAILABLE */
  static async make(id: string, store: ObjectStore, encryption: Encryption, wrapping: KeyWrapping | undefined): Promise<void> {
    const found = await readFormat(store);
    if (found !== undefined && found !== encryption) {
      throw new BrokerError(BrokerErrorCode.InvalidRequest, `repository "${id}" is there already with encryption "${found}", not "${encryption}"; say so in the property "encryption"`);
    }
    if (wrapping !== undefined) {
      if (found === undefined) await createKeys(store, id, wrapping);
      await openKeys(store, id, wrapping);
    }
    if (found === undefined) await writeFormat(store, encryption);
  }

  get store(): ObjectStore {
    return this.place.store;
  }

  get scratch(): string {
    return this.place.scratch;
  }

  key(partId: string): PartKey {
    return { repositoryId: this.id, partId };
  }

  /** @throws NOT_SUPPORTED it is not encrypted; CONFLICT */
  async rotateKey(): Promise<void> {
    if (this.wrapping === undefined) throw new BrokerError(BrokerErrorCode.NotSupported, `repository "${this.id}" is not encrypted; send its parts to one that is`);
    this.cipher = new EncryptingCipher(await rotateKeys(this.store, this.id, this.wrapping));
  }

  /** To be called when nothing is under way any more. */
  async close(): Promise<void> {
    await this.index.close();
  }
}

export function partNotFound({ repositoryId, partId }: PartKey): BrokerError {
  return new BrokerError(BrokerErrorCode.NotFound, `there is no part "${partId}" in repository "${repositoryId}"`);
}
