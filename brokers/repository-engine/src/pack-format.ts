import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Where a chunk lies, and how. */
export interface ChunkLocation {
  /** 64 hex digits, see `RepositoryCipher.name`. */
  readonly name: string;
  /** 32 hex digits. They begin with the time of writing, so that of two packs the later one has the greater id. */
  readonly packId: string;
  readonly offset: number;
  /** Of the sealed content. */
  readonly storedBytes: number;
  /** Uncompressed. */
  readonly bytes: number;
  readonly keyId: number;
  readonly codec: number;
}

/** What a pack begins with: "OCPK", the version, three zero bytes. */
export const packHead = Buffer.from([0x4f, 0x43, 0x50, 0x4b, 2, 0, 0, 0]);

/** Bytes of one entry of a pack's index. */
export const packEntryBytes = 48;
/** Few enough for the index to be read with one small request. */
export const mostPackEntries = 1024;
/** Number of entries, CRC-32 over them and that number, the closing magic. */
const footerBytes = 12;
const footerMagic = 0x4b50_434f; // "KPCO"
/** No index is longer, footer included. */
export const packTailBytes = mostPackEntries * packEntryBytes + footerBytes;

export function newPackId(now = Date.now()): string {
  return now.toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
}

/** Packs are spread over 256 folders, by the last byte of their id. */
export function packFolder(packId: string): string {
  return `packs/${packId.slice(-2)}/`;
}

export function packKey(packId: string): string {
  return packFolder(packId) + packId;
}

/** The id in a key below `packs/`, `undefined` for anything else that lies there. */
export function packIdOf(key: string): string | undefined {
  const packId = key.slice(key.lastIndexOf('/') + 1);
  return /^[0-9a-f]{32}$/.test(packId) ? packId : undefined;
}

/** What a chunk's sealed content is bound to: so it opens as this chunk only, wherever it lies. */
export function chunkBinding({ name, bytes, keyId, codec }: Pick<ChunkLocation, 'name' | 'bytes' | 'keyId' | 'codec'>): Buffer {
  const binding = Buffer.alloc(39);
  binding.write(name, 0, 32, 'hex');
  binding.writeUInt32BE(bytes, 32);
  binding.writeUInt16BE(keyId, 36);
  binding.writeUInt8(codec, 38);
  return binding;
}

export function writePackEntry(buffer: Buffer, at: number, { name, offset, storedBytes, bytes, keyId, codec }: ChunkLocation): void {
  buffer.write(name, at, 32, 'hex');
  buffer.writeUInt32BE(offset, at + 32);
  buffer.writeUInt32BE(storedBytes, at + 36);
  buffer.writeUInt32BE(bytes, at + 40);
  buffer.writeUInt16BE(keyId, at + 44);
  buffer.writeUInt16BE(codec, at + 46);
}

export function readPackEntry(buffer: Buffer, at: number, packId: string): ChunkLocation {
  return {
    name: buffer.toString('hex', at, at + 32),
    packId,
    offset: buffer.readUInt32BE(at + 32),
    storedBytes: buffer.readUInt32BE(at + 36),
    bytes: buffer.readUInt32BE(at + 40),
    keyId: buffer.readUInt16BE(at + 44),
    codec: buffer.readUInt16BE(at + 46),
  };
}

/** What follows a pack's contents. */
export function encodePackTail(locations: readonly ChunkLocation[]): Buffer {
  const tail = Buffer.alloc(locations.length * packEntryBytes + footerBytes);
  locations.forEach((location, index) => writePackEntry(tail, index * packEntryBytes, location));
  const footer = tail.length - footerBytes;
  tail.writeUInt32BE(locations.length, footer);
  tail.writeUInt32BE(crc32(tail.subarray(0, footer + 4)), footer + 4);
  tail.writeUInt32BE(footerMagic, footer + 8);
  return tail;
}

/**
 * The entries of a pack, in the form of {@link readPackEntry}, from the last {@link packTailBytes} of it.
 * @returns `undefined` when it is damaged
 */
export function parsePackTail(tail: Buffer): Buffer | undefined {
  const footer = tail.length - footerBytes;
  if (footer < 0 || tail.readUInt32BE(footer + 8) !== footerMagic) return undefined;
  const start = footer - tail.readUInt32BE(footer) * packEntryBytes;
  if (start < 0 || crc32(tail.subarray(start, footer + 4)) !== tail.readUInt32BE(footer + 4)) return undefined;
  return tail.subarray(start, footer);
}
