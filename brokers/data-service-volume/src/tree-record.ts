import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import type { ExtendedAttribute } from './posix-calls.js';

/** The format of a copy of a volume; `docs/reference/tree-format.md` specifies it. */
export const treeFormat = 'tree/1';
export const treeMagic = Buffer.from('ocopea tree/1\n');

/** What is kept of an entry beside its content. Times are nanoseconds since 1970. */
export interface EntryMetadata {
  /** Permissions, with the bits for setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly attributes: readonly ExtendedAttribute[];
}

/** One piece of a tree. Paths are relative to the root, which is the empty path; they and targets are bytes. */
export type TreeRecord =
  | { readonly kind: 'directory' | 'fifo'; readonly path: Buffer; readonly metadata: EntryMetadata }
  | { readonly kind: 'file'; readonly path: Buffer; readonly metadata: EntryMetadata; readonly size: bigint }
  | { readonly kind: 'symlink'; readonly path: Buffer; readonly metadata: EntryMetadata; readonly target: Buffer }
  /** Another name of a file that came before. */
  | { readonly kind: 'link'; readonly path: Buffer; readonly target: Buffer }
  /** Content of the file that came last; what no such record covers is a hole. */
  | { readonly kind: 'data'; readonly offset: bigint; readonly bytes: Buffer }
  /** What came before under this path is not there any more, with all below it. */
  | { readonly kind: 'remove'; readonly path: Buffer }
  /** Nothing comes after it. */
  | { readonly kind: 'end'; readonly records: bigint };

export type TreeRecordKind = TreeRecord['kind'];

/** Content of one `data` record at most. */
export const maxDataBytes = 256 * 1024;
/** Larger than any entry that Linux can have but for one with hundreds of large attributes. */
const maxPayloadBytes = 8 * 1024 * 1024;
export const recordHeaderBytes = 5;
const numbers: Record<TreeRecordKind, number> = { directory: 1, file: 2, symlink: 3, link: 4, fifo: 5, data: 6, remove: 7, end: 8 };
const kinds = new Map(Object.entries(numbers).map(([kind, number]) => [number, kind as TreeRecordKind]));

/** Header and payload. @throws NOT_SUPPORTED the entry has more attributes than a record holds */
export function encodeRecord(record: TreeRecord): Buffer {
  const payload = Buffer.concat(payloadOf(record));
  if (payload.length > maxPayloadBytes) throw new BrokerError(BrokerErrorCode.NotSupported, 'a file of the volume has more extended attributes than a copy can hold; remove some');
  return Buffer.concat([encodeHeader(record.kind, payload.length), payload]);
}

/** What comes before the content of a `data` record, so that content need not be moved. */
export function encodeDataHead(offset: bigint, bytes: number): Buffer {
  return Buffer.concat([encodeHeader('data', 8 + bytes), uint64(offset)]);
}

/** @throws CORRUPT_DATA */
export function decodeHeader(header: Buffer): { readonly kind: TreeRecordKind; readonly bytes: number } {
  const kind = kinds.get(header.readUInt8(0));
  const bytes = header.readUInt32LE(1);
  if (kind === undefined || bytes > maxPayloadBytes) throw notATree('a record of it is of no known kind');
  return { kind, bytes };
}

/** @throws CORRUPT_DATA */
export function decodePayload(kind: TreeRecordKind, payload: Buffer): TreeRecord {
  const fields = new Fields(payload);
  switch (kind) {
    case 'data':
      return { kind, offset: fields.uint64(), bytes: fields.rest() };
    case 'end':
      return { kind, records: fields.uint64() };
    case 'remove':
      return { kind, path: checkedPath(fields.rest()) };
    case 'link':
      return { kind, path: checkedPath(fields.bytes()), target: checkedPath(fields.rest()) };
    case 'file':
      return { kind, path: checkedPath(fields.bytes()), metadata: fields.metadata(), size: fields.uint64() };
    case 'symlink':
      return { kind, path: checkedPath(fields.bytes()), metadata: fields.metadata(), target: fields.rest() };
    case 'directory': {
      const path = fields.bytes();
      return { kind, path: path.length === 0 ? path : checkedPath(path), metadata: fields.metadata() };
    }
    case 'fifo':
      return { kind, path: checkedPath(fields.bytes()), metadata: fields.metadata() };
  }
}

export function notATree(what: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `the copy is damaged or not a copy of a volume: ${what}; restore another one, and verify this one`);
}

function payloadOf(record: TreeRecord): Buffer[] {
  switch (record.kind) {
    case 'data':
      return [uint64(record.offset), record.bytes];
    case 'end':
      return [uint64(record.records)];
    case 'remove':
      return [record.path];
    case 'link':
      return [sized(record.path), record.target];
    case 'file':
      return [sized(record.path), encodeMetadata(record.metadata), uint64(record.size)];
    case 'symlink':
      return [sized(record.path), encodeMetadata(record.metadata), record.target];
    case 'directory':
    case 'fifo':
      return [sized(record.path), encodeMetadata(record.metadata)];
  }
}

function encodeHeader(kind: TreeRecordKind, bytes: number): Buffer {
  const header = Buffer.alloc(recordHeaderBytes);
  header.writeUInt8(numbers[kind], 0);
  header.writeUInt32LE(bytes, 1);
  return header;
}

function encodeMetadata({ mode, uid, gid, atimeNs, mtimeNs, attributes }: EntryMetadata): Buffer {
  const fixed = Buffer.alloc(30);
  fixed.writeUInt16LE(mode, 0);
  fixed.writeUInt32LE(uid, 2);
  fixed.writeUInt32LE(gid, 6);
  fixed.writeBigInt64LE(atimeNs, 10);
  fixed.writeBigInt64LE(mtimeNs, 18);
  fixed.writeUInt32LE(attributes.length, 26);
  return Buffer.concat([fixed, ...attributes.flatMap(({ name, value }) => [sized(name), sized(value)])]);
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function sized(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Relative, without a way up: what does not name something below the root is no path of a tree. */
function checkedPath(path: Buffer): Buffer {
  const isGood = path.length > 0 && !path.includes(0) && path.toString('latin1').split('/').every((name) => name !== '' && name !== '.' && name !== '..');
  if (!isGood) throw notATree(`path ${JSON.stringify(path.subarray(0, 200).toString())} does not lead below its root`);
  return path;
}

/** Reads fields one after the other; a field that is not there in full is damage. */
class Fields {
  private at = 0;

  constructor(private readonly payload: Buffer) {}

  bytes(): Buffer {
    return this.take(this.take(4).readUInt32LE());
  }

  rest(): Buffer {
    return this.take(this.payload.length - this.at);
  }

  uint64(): bigint {
    return this.take(8).readBigUInt64LE();
  }

  metadata(): EntryMetadata {
    const fixed = this.take(30);
    const attributes = Array.from({ length: Math.min(fixed.readUInt32LE(26), this.payload.length) }, () => ({ name: this.bytes(), value: this.bytes() }));
    return {
      mode: fixed.readUInt16LE(0) & 0o7777,
      uid: fixed.readUInt32LE(2),
      gid: fixed.readUInt32LE(6),
      atimeNs: fixed.readBigInt64LE(10),
      mtimeNs: fixed.readBigInt64LE(18),
      attributes,
    };
  }

  private take(length: number): Buffer {
    if (this.at + length > this.payload.length) throw notATree('a record of it is cut off');
    this.at += length;
    return this.payload.subarray(this.at - length, this.at);
  }
}
