import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, CopyProtocol, isBrokerError, RepositoryRates, type ByteStream, type CopyRepositoryBroker, type CopyRepositoryBrokerInfo } from '@ocopea/broker-contract';
import { maxChunkBytes } from './chunk-codec.js';
import { deletePart } from './delete-part.js';
import { countParts, listParts } from './list-parts.js';
import { getPart, readPart } from './read-part.js';
import { RepositoryCalls } from './repository-calls.js';
import { RepositoryChunkStore } from './repository-chunk-store.js';
import type { KeyEncryption } from './repository-keys.js';
import { checkProperties, encryptionOf, engineProperties, openProperties, sealProperties, wrappingOf, type PropertyValues, type RepositoryProperty } from './repository-properties.js';
import { RepositoryRegistry, type RegisteredRepository } from './repository-registry.js';
import { Repository, type RepositoryPlace, type RepositorySettings } from './repository.js';
import { checkId, checkLimit, checkMetadata, checkRange, checkSample } from './request-checks.js';
import { sweep } from './sweep.js';
import { uniqueBytes } from './unique-bytes.js';
import { verifyPart } from './verify-part.js';
import { writePart } from './write-part.js';

/** What can be chosen for every broker of the engine, whatever it stores in. */
export interface RepositoryEngineOptions {
  /** The broker's own folder: which repositories it knows, among other things. */
  readonly directory: string;
  /**
   * What wraps the keys of repositories and seals secret properties. Without it repositories are not encrypted, and secret
   * properties are refused.
   */
  readonly keyEncryption?: KeyEncryption;
  /** Size that streams are cut into, in bytes. @default 1 MiB; at most 16 MiB */
  readonly chunkBytes?: number;
  /** Size of the packs that chunks are gathered in, in bytes. @default 8 MiB */
  readonly packBytes?: number;
  /** Packs of one call that are stored side by side, while another fills. @default 2; one takes less memory, and is enough for a store that is near */
  readonly parallelPacks?: number;
  /** Chunks of one call that are worked on side by side. @default 4: each takes memory for itself several times over, and packs wait for the store in their place */
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
  /** The clock that pins go by, in milliseconds; for tests. @default Date.now */
  readonly now?: () => number;
}

/** What an adapter adds to the engine: where its repositories lie. */
export interface RepositoryAdapter {
  readonly product: string;
  readonly version: string;
  readonly description: string;
  /** Beside those of the engine. */
  readonly properties: readonly RepositoryProperty[];
  /**
   * Where a new repository lies, in words that {@link RepositoryAdapter.open} understands.
   * @param others the repositories that the broker knows
   * @throws INVALID_REQUEST
   */
  locate(repositoryId: string, properties: PropertyValues, others: readonly RegisteredRepository[]): Promise<string>;
  /** Prepares the place of a new repository; one that is there stays as it is. Idempotent. */
  make?(location: string): Promise<void>;
  /** @param context.token begins the names of this process's local files */
  open(location: string, context: { readonly repositoryId: string; readonly properties: PropertyValues; readonly token: string }): Promise<RepositoryPlace>;
}

/** A copy repository broker over an adapter's store. One broker at a time may work on a repository. */
export function createRepositoryBroker(options: RepositoryEngineOptions, adapter: RepositoryAdapter): CopyRepositoryBroker {
  const settings: RepositorySettings = {
    chunkBytes: Math.min(options.chunkBytes ?? 1024 * 1024, maxChunkBytes),
    packBytes: options.packBytes ?? 8 * 1024 * 1024,
    parallelPacks: options.parallelPacks ?? 2,
    parallelChunks: options.parallelChunks ?? 4,
    streamIdleMs: options.streamIdleMs ?? 15 * 60_000,
    graceMs: options.graceMs ?? 60 * 60_000,
    pinMs: options.pinMs ?? 15 * 60_000,
    now: options.now ?? Date.now,
  };
  const { keyEncryption } = options;
  const known = [...adapter.properties, ...engineProperties];
  const registry = new RepositoryRegistry(join(options.directory, 'registry'));
  const token = randomUUID();
  const rates = new Map<string, RepositoryRates>();
  const ratesOf = (repositoryId: string): RepositoryRates => {
    const known = rates.get(repositoryId) ?? new RepositoryRates();
    rates.set(repositoryId, known);
    return known;
  };

  const openRepository = async (repositoryId: string): Promise<Repository> => {
    const registered = await registry.get(repositoryId);
    if (registered === undefined) throw new BrokerError(BrokerErrorCode.NotFound, `there is no repository "${repositoryId}"; make it with createRepository`);
    const properties = openProperties(registered, keyEncryption);
    const place = await adapter.open(registered.location, { repositoryId, properties, token });
    return await Repository.open(repositoryId, place, token, settings, wrappingOf(encryptionOf(repositoryId, properties, keyEncryption), properties, keyEncryption), ratesOf(repositoryId));
  };
  const calls = new RepositoryCalls(openRepository);
  const untilClosed = (signal: AbortSignal | undefined): AbortSignal => (signal ? AbortSignal.any([signal, calls.closing]) : calls.closing);
  const info: CopyRepositoryBrokerInfo = {
    product: adapter.product,
    version: adapter.version,
    description: adapter.description,
    formats: ['*'],
    copyProtocols: [CopyProtocol.ByteStream],
    properties: known,
    capabilities: { chunks: true, ranges: true, samples: true, uniqueSizes: true, bandwidth: true, ...(keyEncryption && { encryption: true }) },
  };

  const createRepository = async (repositoryId: string, given: PropertyValues): Promise<void> => {
    checkId('repositoryId', repositoryId);
    checkProperties(repositoryId, given, known);
    const encryption = encryptionOf(repositoryId, given, keyEncryption);
    const values = { ...given, encryption };
    const before = await registry.get(repositoryId);
    if (before !== undefined) return checkSame(before, openProperties(before, keyEncryption), values);
    const location = await adapter.locate(repositoryId, values, await registry.all());
    await adapter.make?.(location);
    const { store } = await adapter.open(location, { repositoryId, properties: values, token });
    await Repository.make(repositoryId, store, encryption, wrappingOf(encryption, values, keyEncryption));
    await registry.add({ repositoryId, location, ...sealProperties(repositoryId, values, known, keyEncryption) });
  };

  return {
    kind: 'copy-repository',
    info: async () => info,

    createRepository: ({ repositoryId, properties }) => calls.track(() => createRepository(repositoryId, properties), `making repository "${repositoryId}"`),

    forgetRepository: (repositoryId) =>
      calls.track(async () => {
        checkId('repositoryId', repositoryId);
        await registry.remove(repositoryId);
        rates.delete(repositoryId);
        await calls.forget(repositoryId);
      }, `forgetting repository "${repositoryId}"`),

    setBandwidth: (repositoryId, bandwidth) => calls.run(repositoryId, 'limiting the bandwidth', async (repository) => repository.rates.set(bandwidth)),

    listRepositories: () => calls.track(() => registry.ids(), 'listing the repositories'),

    stats: (repositoryId) =>
      calls.run(repositoryId, 'measuring', async (repository) => ({ ...(await repository.store.room()), usedBytes: await repository.usedBytes.get(), parts: await countParts(repository) })),

    writePart: async (key, metadata, stream, callOptions = {}) => {
      let isPulled = false;
      try {
        return await calls.run(key.repositoryId, `writing part "${key.partId}"`, async (repository) => {
          checkId('partId', key.partId);
          checkMetadata(metadata);
          isPulled = true;
          return await writePart(repository, key, metadata, stream, { ...callOptions, signal: untilClosed(callOptions.signal) });
        });
      } finally {
        if (!isPulled) await closeUnread(stream);
      }
    },

    readPart: (key, range, callOptions = {}) =>
      calls.stream(key.repositoryId, `reading part "${key.partId}"`, (repository) => {
        checkId('partId', key.partId);
        if (range) checkRange(range);
        return readPart(repository, key, range, { signal: untilClosed(callOptions.signal) });
      }),

    getPart: (key) =>
      calls.run(key.repositoryId, `reading part "${key.partId}"`, async (repository) => {
        checkId('partId', key.partId);
        return await getPart(repository, key);
      }),

    listParts: (repositoryId, page = {}, callOptions = {}) =>
      calls.run(repositoryId, 'listing parts', (repository) => listParts(repository, { ...page, limit: checkLimit(page.limit) }, callOptions)),

    uniqueBytes: (repositoryId, partIds, { signal } = {}) => calls.run(repositoryId, 'measuring what parts alone take', (repository) => uniqueBytes(repository, partIds, signal)),

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
        checkSample(callOptions.sample);
        return await verifyPart(repository, key, { ...callOptions, signal: untilClosed(callOptions.signal) });
      }),

    sweep: (repositoryId, { signal } = {}) => calls.run(repositoryId, 'sweeping', async (repository) => ({ freedBytes: await sweep(repository, signal) })),

    ...(keyEncryption && { rotateKey: (repositoryId: string) => calls.run(repositoryId, 'rotating the key', (repository) => repository.rotateKey()) }),

    chunks: new RepositoryChunkStore(calls),
    close: () => calls.close(),
  };
}

function checkSame({ repositoryId }: RegisteredRepository, before: PropertyValues, now: PropertyValues): void {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const other = [...names].find((name) => before[name] !== now[name]);
  if (other === undefined) return;
  throw new BrokerError(BrokerErrorCode.AlreadyExists, `repository "${repositoryId}" exists already with another "${other}"; forget it first, or choose another id`);
}

/** A stream is closed in every case, also when nothing was read from it. */
async function closeUnread(stream: ByteStream): Promise<void> {
  await stream[Symbol.asyncIterator]().return?.();
}
