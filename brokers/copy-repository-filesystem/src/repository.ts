import { randomUUID } from 'node:crypto';
import { BrokerError, BrokerErrorCode, type PartKey } from '@ocopea/broker-contract';
import { ChunkFiles } from './chunk-files.js';
import { ChunkUse } from './chunk-use.js';
import { openRepositoryLayout, type RepositoryLayout } from './repository-layout.js';
import { SpaceReclaimer } from './space-reclaimer.js';
import { TransferPins } from './transfer-pins.js';
import { UsedBytes } from './used-bytes.js';

export interface RepositorySettings {
  /** Size that streams are cut into. */
  readonly chunkBytes: number;
  /** Chunks of one stream that are compressed and written, or read, side by side. */
  readonly parallelChunks: number;
  /** How long a source of bytes may give nothing. */
  readonly streamIdleMs: number;
  /** How long a sweep leaves unreferenced chunks alone after their last use, so that a transfer can resume. */
  readonly graceMs: number;
  /** How long a chunk stays pinned for a transfer after its last use by one. */
  readonly pinMs: number;
  /** Other processes write to the same folders. */
  readonly isShared: boolean;
  /** The clock that pins go by, in milliseconds. */
  readonly now: () => number;
}

/** One repository, opened: what the operations on it share within this process. */
export class Repository {
  /** Begins the names of this broker's temporary files. */
  readonly token = randomUUID();
  readonly use = new ChunkUse();
  readonly pins: TransferPins;
  readonly usedBytes: UsedBytes;
  readonly files: ChunkFiles;
  readonly reclaimer: SpaceReclaimer;
  /** Parts that are being written, by id; each promise resolves when that has ended, whichever way. */
  readonly drafts = new Map<string, Promise<void>>();

  private constructor(
    readonly id: string,
    readonly layout: RepositoryLayout,
    readonly settings: RepositorySettings,
  ) {
    this.pins = new TransferPins(settings);
    this.usedBytes = new UsedBytes(layout);
    this.files = new ChunkFiles(layout, this.token, (difference) => this.usedBytes.add(difference));
    this.reclaimer = new SpaceReclaimer({
      layout,
      files: this.files,
      use: this.use,
      pins: this.pins,
      token: this.token,
      foreignWritesMs: settings.isShared ? settings.graceMs : 0,
    });
  }

  /** Makes the repository in `root`, or takes over the one there. @throws as {@link openRepositoryLayout} */
  static async open(id: string, root: string, settings: RepositorySettings): Promise<Repository> {
    return new Repository(id, await openRepositoryLayout(root), settings);
  }

  key(partId: string): PartKey {
    return { repositoryId: this.id, partId };
  }
}

export function partNotFound({ repositoryId, partId }: PartKey): BrokerError {
  return new BrokerError(BrokerErrorCode.NotFound, `there is no part "${partId}" in repository "${repositoryId}"`);
}
