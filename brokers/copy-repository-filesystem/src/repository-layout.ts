import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { syncDirectory } from './durable-file.js';
import { unlessMissing } from './storage-error.js';

const formatFile = 'ocopea-repository.json';
const formatName = 'ocopea-copy-repository';
const formatVersion = 1;

/** Where things lie in a repository's folder; `docs/reference/repository-format.md` is the specification. */
export class RepositoryLayout {
  /** Published parts, a manifest each. */
  readonly parts: string;
  /** Manifests of parts whose deletion has begun and not ended. */
  readonly deleted: string;
  /** What is being written. Names begin with the token of the broker that writes, or are those of {@link sentAhead}. */
  readonly temporary: string;
  readonly chunks: string;

  constructor(readonly root: string) {
    this.parts = join(root, 'parts');
    this.deleted = join(root, 'deleted');
    this.temporary = join(root, 'tmp');
    this.chunks = join(root, 'chunks');
  }

  chunkFolder(prefix: string): string {
    return join(this.chunks, prefix);
  }

  chunk(hash: string): string {
    return join(this.chunks, hash.slice(0, 2), hash);
  }

  part(partId: string): string {
    return join(this.parts, partId + partSuffix);
  }

  sentAhead(partId: string): string {
    return join(this.temporary, partId + sentAheadSuffix);
  }

  deletedPart(partId: string): string {
    return join(this.deleted, partId + partSuffix);
  }
}

export const partSuffix = '.part';
/** Ends the name of a list of chunks that were asked about for a part that is not published yet. */
export const sentAheadSuffix = '.sent';

/** The 256 folders that chunks are spread over, by the first byte of their hash. */
export const chunkPrefixes: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/**
 * Makes a repository in `root`, or takes over the one that is there.
 * @throws INVALID_REQUEST the folder holds something else; NOT_SUPPORTED a format version of the future
 */
export async function openRepositoryLayout(root: string): Promise<RepositoryLayout> {
  const layout = new RepositoryLayout(root);
  await mkdir(root, { recursive: true });
  const written = await unlessMissing(readFile(join(root, formatFile), 'utf8'));
  if (written !== undefined) {
    checkFormat(written);
  } else {
    const strange = (await readdir(root)).filter((name) => !ownNames.has(name));
    if (strange.length > 0) {
      throw new BrokerError(BrokerErrorCode.InvalidRequest, `the folder for the repository is not empty and is no repository (it holds "${strange[0]}"); name an empty folder`);
    }
  }
  for (const folder of [layout.parts, layout.deleted, layout.temporary, layout.chunks]) await mkdir(folder, { recursive: true });
  if (written === undefined) {
    for (const prefix of chunkPrefixes) await mkdir(layout.chunkFolder(prefix), { recursive: true });
    await syncDirectory(layout.chunks);
    await writeFormat(root);
  }
  return layout;
}

/** What a creation that was interrupted may have left before the format file, which comes last. */
const ownNames = new Set(['parts', 'deleted', 'tmp', 'chunks', `${formatFile}.new`]);

async function writeFormat(root: string): Promise<void> {
  const handle = await open(join(root, `${formatFile}.new`), 'w');
  try {
    await handle.writeFile(`${JSON.stringify({ format: formatName, version: formatVersion })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(join(root, `${formatFile}.new`), join(root, formatFile));
  await syncDirectory(root);
}

function checkFormat(written: string): void {
  let found: { format?: unknown; version?: unknown };
  try {
    found = JSON.parse(written) as typeof found;
  } catch (cause) {
    throw new BrokerError(BrokerErrorCode.CorruptData, `the repository's ${formatFile} cannot be read; restore it from another repository of the same version`, { cause });
  }
  if (found.format !== formatName || found.version !== formatVersion) {
    throw new BrokerError(
      BrokerErrorCode.NotSupported,
      `the folder holds a repository of format ${JSON.stringify(found.format)} version ${JSON.stringify(found.version)}, this broker knows "${formatName}" version ${formatVersion}; use a newer broker`,
    );
  }
}
