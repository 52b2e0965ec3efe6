import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import type { ObjectStore } from './object-store.js';

const formatKey = 'ocopea-repository.json';
const formatName = 'ocopea-copy-repository';
const formatVersion = 2;

/** Whether a repository is encrypted, and by what its keys are wrapped. */
export const Encryption = { None: 'none', Site: 'site', Passphrase: 'passphrase' } as const;
export type Encryption = (typeof Encryption)[keyof typeof Encryption];

/** Published parts, a manifest each. */
export const partsPrefix = 'parts/';
/** Manifests of parts whose deletion has begun and not ended. */
export const deletedPrefix = 'deleted/';
export const packsPrefix = 'packs/';
/** Begins the names of manifests, so that they are in order of part id, and so that no id makes a name like `..`. */
const partName = 'part-';
/** Ends the name of a local list of chunks that were asked about for a part that is not published yet. */
export const sentAheadSuffix = '.sent';

export function partKey(partId: string): string {
  return `${partsPrefix}${partName}${partId}`;
}

export function deletedPartKey(partId: string): string {
  return `${deletedPrefix}${partName}${partId}`;
}

/** The part that an object below {@link partsPrefix} or {@link deletedPrefix} is of. */
export function partIdOf(key: string): string | undefined {
  const name = key.slice(key.indexOf('/') + 1);
  return name.startsWith(partName) ? name.slice(partName.length) : undefined;
}

/**
 * How the repository that lies in the store is encrypted; `undefined` when there is none.
 * @throws INVALID_REQUEST it holds something else; NOT_SUPPORTED another format version; CORRUPT_DATA
 */
export async function readFormat(store: ObjectStore): Promise<Encryption | undefined> {
  const written = await store.get(formatKey);
  if (written === undefined) return undefined;
  let found: { format?: unknown; version?: unknown; encryption?: unknown };
  try {
    found = JSON.parse(written.toString('utf8')) as typeof found;
  } catch (cause) {
    throw new BrokerError(BrokerErrorCode.CorruptData, `the repository's ${formatKey} cannot be read; restore it from another repository of the same version`, { cause });
  }
  const encryption = Object.values(Encryption).find((one) => one === found.encryption);
  if (found.format !== formatName || found.version !== formatVersion || encryption === undefined) {
    throw new BrokerError(
      BrokerErrorCode.NotSupported,
      `a repository of format ${JSON.stringify(found.format)} version ${JSON.stringify(found.version)} lies there, this broker knows "${formatName}" version ${formatVersion}; use the broker that made it`,
    );
  }
  return encryption;
}

/** Comes last when a repository is made: before, there is none. */
export async function writeFormat(store: ObjectStore, encryption: Encryption): Promise<void> {
  await store.put(formatKey, [Buffer.from(`${JSON.stringify({ format: formatName, version: formatVersion, encryption })}\n`)]);
  await store.settle(['']);
}
