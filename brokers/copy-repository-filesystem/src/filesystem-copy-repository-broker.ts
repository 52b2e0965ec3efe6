import { statfs } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CopyProtocol, isBrokerError, type ByteStream, type CopyRepositoryBroker, type CopyRepositoryBrokerInfo } from '@ocopea/broker-contract';
import { maxChunkBytes } from './chunk-codec.js';
import { deletePart } from './delete-part.js';
import { FilesystemChunkStore } from './filesystem-chunk-store.js';
import { countParts, listParts } from './list-parts.js';
import { getPart, readPart } from './read-part.js';
import { RepositoryCalls } from './repository-calls.js';
import { openRepositoryLayout } from './repository-layout.js';
import { RepositoryRegistry } from './repository-registry.js';
import type { RepositorySettings } from './repository.js';
import { checkId, checkLimit, checkMetadata, checkRange } from './request-checks.js';
import { sweep } from './sweep.js';
import { verifyPart } from './verify-part.js';
import { writePart } from './write-part.js';

export interface FilesystemCopyRepositoryBrokerOptions {
  /** The broker's own folder: which repositories it knows and, unless their `path` says otherwise, the repositories. */
  readonly directory: string;
  /** Folders below which the property `path` may put a repository, besides `<directory>/data`. @default none */
  readonly allowedRoots?: readonly string[];
  /** Size that streams are cut into, in bytes. @default 1 MiB; at most 16 MiB */
  readonly chunkBytes?: number;
  /** Chunks of one call that are worked on side by side. @default 8: some compress while others wait for the disk */
  readonly parallelChunks?: number;
  /** How long a stream that is written may give nothing. @default 15 min */
  readonly streamIdleMs?: number;
  /**
   * How long a sweep leaves chunks alone that no part refers to, after their last use, so that a transfer can resume
   * after a restart. @default 1 h; 0 frees all but what this process itself still uses
   */
  readonly graceMs?: number;
  /** How long a chunk stays pinned after a transfer asked for it or sent it, while this process lives. @default 15 min */
  readonly pinMs?: number;
  /**
   * Set it where other processes write to the same folders: a deletion then leaves what was used within the grace time to
   * the sweep. @default false
   */
  readonly isShared?: boolean;
  /** The clock that pins go by, in milliseconds; for tests. @default Date.now */
  readonly now?: () => number;
}

/**
 * Keeps copies as chunks by hash in folders of the local filesystem, or of one mounted here. The layout is specified in
 * `docs/reference/repository-format.md`.
 *
 * @example
 * const broker = createFilesystemCopyRepositoryBroker({ directory: '/var/lib/ocopea/copies' });
 * await broker.createRepository({ repositoryId: 'main', properties: {} });
 * await broker.writePart({ repositoryId: 'main', partId: 'p1' }, metadata, stream);
 */
export function createFilesystemCopyRepositoryBroker(options: FilesystemCopyRepositoryBrokerOptions): CopyRepositoryBroker {
  const settings: RepositorySettings = {
    chunkBytes: Math.min(options.chunkBytes ?? 1024 * 1024, maxChunkBytes),
    parallelChunks: options.parallelChunks ?? 8,
    streamIdleMs: options.streamIdleMs ?? 15 * 60_000,
    graceMs: options.graceMs ?? 60 * 60_000,
    pinMs: options.pinMs ?? 15 * 60_000,
    isShared: options.isShared ?? false,
    now: options.now ?? Date.now,
  };
  const directory = resolve(options.directory);
  const registry = new RepositoryRegistry({ directory: join(directory, 'registry'), roots: [join(directory, 'data'), ...(options.allowedRoots ?? [])] });
  const calls = new RepositoryCalls(registry, settings);

  return {
    kind: 'copy-repository',
    info: async () => brokerInfo,

    createRepository: ({ repositoryId, properties }) =>
      calls.track(async () => {
        checkId('repositoryId', repositoryId);
        const repository = await registry.check(repositoryId, properties);
        await openRepositoryLayout(repository.root);
        await registry.add(repository);
      }, `making repository "${repositoryId}"`),

    forgetRepository: (repositoryId) =>
      calls.track(async () => {
        checkId('repositoryId', repositoryId);
        await registry.remove(repositoryId);
        calls.forget(repositoryId);
      }, `forgetting repository "${repositoryId}"`),

    listRepositories: () => calls.track(() => registry.ids(), 'listing the repositories'),

    stats: (repositoryId) =>
      calls.run(repositoryId, 'measuring', async (repository) => {
        const { bsize, blocks, bavail } = await statfs(repository.layout.root);
        return { capacityBytes: bsize * blocks, availableBytes: bsize * bavail, usedBytes: await repository.usedBytes.get(), parts: await countParts(repository) };
      }),

    writePart: async (key, metadata, stream, callOptions = {}) => {
      let isPulled = false;
      try {
        return await calls.run(key.repositoryId, `writing part "${key.partId}"`, async (repository) => {
          checkId('partId', key.partId);
          checkMetadata(metadata);
          isPulled = true;
          const signal = callOptions.signal ? AbortSignal.any([callOptions.signal, calls.closing]) : calls.closing;
          return await writePart(repository, key, metadata, stream, { ...callOptions, signal });
        });
      } finally {
        if (!isPulled) await closeUnread(stream);
      }
    },

    readPart: (key, range, callOptions = {}) =>
      calls.stream(key.repositoryId, `reading part "${key.partId}"`, (repository) => {
        checkId('partId', key.partId);
        if (range) checkRange(range);
        return readPart(repository, key, range, callOptions);
      }),

    getPart: (key) =>
      calls.run(key.repositoryId, `reading part "${key.partId}"`, async (repository) => {
        checkId('partId', key.partId);
        return await getPart(repository, key);
      }),

    listParts: (repositoryId, page = {}, callOptions = {}) =>
      calls.run(repositoryId, 'listing parts', (repository) => listParts(repository, { ...page, limit: checkLimit(page.limit) }, callOptions)),

    deletePart: async (key, { signal } = {}) => {
      try {
        await calls.run(key.repositoryId, `deleting part "${key.partId}"`, async (repository) => {
          checkId('partId', key.partId);
          await deletePart(repository, key.partId, signal);
        });
      } catch (error) {
        // A part of an unknown repository is an unknown part, and deleting that is success.
        if (!isBrokerError(error, 'NOT_FOUND')) throw error;
      }
    },

    verifyPart: (key, callOptions = {}) =>
      calls.run(key.repositoryId, `verifying part "${key.partId}"`, async (repository) => {
        checkId('partId', key.partId);
        return await verifyPart(repository, key, callOptions);
      }),

    sweep: (repositoryId, { signal } = {}) => calls.run(repositoryId, 'sweeping', async (repository) => ({ freedBytes: await sweep(repository, signal) })),

    chunks: new FilesystemChunkStore(calls),
    close: () => calls.close(),
  };
}

const brokerInfo: CopyRepositoryBrokerInfo = {
  product: 'filesystem',
  version: '0.1.0',
  description: 'Keeps copies as compressed chunks by hash in a folder.',
  formats: ['*'],
  copyProtocols: [CopyProtocol.ByteStream],
  properties: [{ name: 'path', description: 'Folder of the repository, below a root that the broker allows. By default a folder of its own in the broker\'s data folder.', required: false, secret: false }],
  capabilities: { chunks: true, ranges: true },
};

/** A stream is closed in every case, also when nothing was read from it. */
async function closeUnread(stream: ByteStream): Promise<void> {
  await stream[Symbol.asyncIterator]().return?.();
}
