import { mkdir, open } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BrokerError, BrokerErrorCode, isBrokerError, type ByteStream } from '@ocopea/broker-contract';
import { isSystemError } from '@ocopea/embedded';
import { extract, type Extract } from 'tar-stream';
import { manifestName } from './archive-with-manifest.js';
import { verifyAgainstManifest, type UnpackedFile } from './backup-manifest.js';
import { crc32c } from './crc32c.js';

export interface UnpackBackupOptions {
  readonly stream: ByteStream;
  /** An empty folder. What is in it after an error is of no use. */
  readonly directory: string;
  /** The version of the server that shall run on it. */
  readonly majorVersion: number;
  readonly signal?: AbortSignal;
}

const maxManifestBytes = 128 * 1024 * 1024;

/**
 * Writes the files of a base backup into a folder and checks them against the backup's manifest. Nothing is ever written
 * outside the folder, whatever the archive says.
 *
 * @throws CORRUPT_DATA the archive is damaged or not a base backup; NOT_SUPPORTED it is of another major version
 */
export async function unpackBackup({ stream, directory, majorVersion, signal }: UnpackBackupOptions): Promise<void> {
  const archive = extract();
  const unpacking = unpackEntries(archive, directory).catch((error: unknown) => {
    // The other side learns it from this, and then rejects with the same error.
    archive.destroy(error as Error);
    throw error;
  });
  const feeding = pipeline(Readable.from(stream, { objectMode: true, highWaterMark: 1 }), archive as unknown as NodeJS.WritableStream, { ...(signal && { signal }) });
  // Both have to be over before the folder is removed; which of the errors came first does not matter, see `cause`.
  const [fed, unpacked] = await Promise.allSettled([feeding, unpacking]);
  if (fed.status === 'rejected' || unpacked.status === 'rejected') {
    const errors = [unpacked, fed].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    throw causeOf(errors, signal);
  }
  const { files, manifest, version } = unpacked.value;
  if (manifest === undefined) throw notABackup('it ends before its manifest');
  verifyAgainstManifest(manifest, files);
  if (version !== majorVersion) throw new BrokerError(BrokerErrorCode.NotSupported, `the copy is of PostgreSQL ${version ?? 'unknown'}, this broker runs ${majorVersion}; restore it at a site whose broker lists its format`);
}

type Entry = Extract extends AsyncIterable<infer One> ? One : never;

interface UnpackedArchive {
  readonly files: ReadonlyMap<string, UnpackedFile>;
  readonly manifest?: Buffer;
  readonly version?: number;
}

async function unpackEntries(archive: Extract, directory: string): Promise<UnpackedArchive> {
  const files = new Map<string, UnpackedFile>();
  const made = new Set<string>();
  let manifest: Buffer | undefined;
  let version: number | undefined;
  const makeDirectory = async (path: string) => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o700 });
    made.add(path);
  };
  for await (const entry of archive) {
    const path = checkedPath(entry.header.name);
    if (entry.header.type === 'directory') {
      await makeDirectory(join(directory, path));
      entry.resume();
    } else if (entry.header.type !== 'file') {
      throw notABackup(`"${path}" is neither a file nor a folder`);
    } else if (path === manifestName) {
      if ((entry.header.size ?? 0) > maxManifestBytes) throw notABackup('its manifest is too large');
      manifest = await collect(entry);
    } else {
      if (files.has(path)) throw notABackup(`file "${path}" is in it twice`);
      await makeDirectory(join(directory, dirname(path)));
      if (path === 'PG_VERSION') version = Number((await writeEntry(entry, join(directory, path), files, path))?.toString('utf8'));
      else await writeEntry(entry, join(directory, path), files, path);
    }
  }
  return { files, ...(manifest && { manifest }), ...(version !== undefined && { version }) };
}

/** Relative, without a way up: `../etc/passwd` and `/etc/passwd` are no paths of a backup. */
function checkedPath(name: string): string {
  const path = posix.normalize(name).replace(/\/$/, '');
  const escapes = path === '..' || path.startsWith('../') || posix.isAbsolute(path) || path.includes('\0') || path.includes('\\');
  if (escapes || path === '') throw notABackup(`path "${name.slice(0, 200)}" leads out of its folder`);
  return path;
}

/** Writes one file and notes its size and checksum. Answers its first bytes. */
async function writeEntry(entry: Entry, target: string, files: Map<string, UnpackedFile>, path: string): Promise<Buffer | undefined> {
  await using file = await open(target, 'wx', 0o600);
  let bytes = 0;
  let checksum = 0;
  let head: Buffer | undefined;
  // As they came: a stream of bytes need not be of Buffers.
  for await (const piece of entry as AsyncIterable<Uint8Array>) {
    head ??= Buffer.from(piece.subarray(0, 16));
    checksum = crc32c(piece, checksum);
    bytes += piece.length;
    for (let from = 0; from < piece.length; ) from += (await file.write(piece, from)).bytesWritten;
  }
  files.set(path, { bytes, checksum });
  return head;
}

async function collect(entry: Entry): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of entry as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Of the errors of both sides of a broken pipe, the one that broke it. */
function causeOf(errors: readonly unknown[], signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  const known = errors.find((error) => isBrokerError(error)) ?? errors.find((error) => isSystemError(error, 'ENOSPC', 'EDQUOT', 'EIO'));
  if (known !== undefined) return known;
  // What is left is tar-stream's: it throws errors without codes at broken archives.
  return new BrokerError(BrokerErrorCode.CorruptData, 'the copy is damaged: it is not a complete tar archive; restore another one, and verify this one', { cause: errors[0] });
}

function notABackup(what: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `the copy is damaged or not a PostgreSQL base backup: ${what}; restore another one, and verify this one`);
}
