import { createHash } from 'node:crypto';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** A file as it came out of an archive. */
export interface UnpackedFile {
  readonly bytes: number;
  /** CRC-32C. */
  readonly checksum: number;
}

interface ListedFile {
  readonly Path?: string;
  /** Instead of `Path` where the name is not UTF-8. */
  readonly 'Encoded-Path'?: string;
  readonly Size: number;
  readonly 'Checksum-Algorithm'?: string;
  readonly Checksum?: string;
}

interface Manifest {
  readonly Files: readonly ListedFile[];
  readonly 'WAL-Ranges': readonly { readonly Timeline: number; readonly 'Start-LSN': string; readonly 'End-LSN': string }[];
}

/** Not in manifests: the log that recovery needs, whose records carry checksums of their own. */
const logFile = /^pg_wal\/([0-9A-F]{24}|[0-9A-F]{8}\.history|archive_status\/[0-9A-F]{24}\.done|archive_status\/[0-9A-F]{8}\.history\.done|summaries\/.*)$/;
const checksumLine = /\n"Manifest-Checksum": "([0-9a-f]{64})"\}\n?$/;

/**
 * Compares what came out of an archive with PostgreSQL's manifest of the backup: each file is there, whole, and none besides.
 *
 * @param files by path, without `backup_manifest` itself
 * @throws CORRUPT_DATA naming the first difference
 * @see PostgreSQL's manual, "Backup Manifest Format"
 */
export function verifyAgainstManifest(manifestText: Buffer, files: ReadonlyMap<string, UnpackedFile>): void {
  const { Files: listed, 'WAL-Ranges': ranges } = parseManifest(manifestText);
  const unlisted = new Set(files.keys());
  for (const file of listed) {
    const path = file.Path ?? Buffer.from(file['Encoded-Path'] ?? '', 'hex').toString('utf8');
    const found = files.get(path);
    unlisted.delete(path);
    if (found === undefined) throw corrupt(`file "${path}" is missing`);
    if (found.bytes !== file.Size) throw corrupt(`file "${path}" has ${found.bytes} bytes instead of ${file.Size}`);
    if (file['Checksum-Algorithm'] === 'CRC32C' && parseChecksum(file.Checksum) !== found.checksum) throw corrupt(`file "${path}" does not have its checksum`);
  }
  for (const path of unlisted) if (!logFile.test(path)) throw corrupt(`file "${path}" does not belong to it`);
  if (ranges.length === 0 || ![...files.keys()].some((path) => /^pg_wal\/[0-9A-F]{24}$/.test(path))) throw corrupt('its write-ahead log is missing');
}

function parseManifest(text: Buffer): Manifest {
  const content = text.toString('utf8');
  const line = checksumLine.exec(content);
  // The checksum is over all before its own line.
  const expected = line === null ? undefined : createHash('sha256').update(content.slice(0, line.index + 1)).digest('hex');
  if (line === null || line[1] !== expected) throw corrupt('its manifest does not have its checksum');
  return JSON.parse(content) as Manifest;
}

/** PostgreSQL prints the four bytes of a CRC in the order of the machine's memory: little-endian on all that it has binaries for. */
function parseChecksum(hex = ''): number {
  const bytes = Buffer.from(hex, 'hex');
  return bytes.length === 4 ? bytes.readUInt32LE() : NaN;
}

function corrupt(what: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `the copy is damaged: ${what}; restore another one, and verify this one`);
}
