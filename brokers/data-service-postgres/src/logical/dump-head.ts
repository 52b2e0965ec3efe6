import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

/** One entry of an archive's table of contents. Texts are bytes as latin1, so that no encoding can harm them; null is PostgreSQL's NULL. */
export interface DumpEntry {
  readonly dumpId: number;
  /** Whether a block of data belongs to it. */
  readonly hasData: boolean;
  readonly tableOid: string | null;
  readonly oid: string | null;
  readonly tag: string | null;
  /** Kind of object, for example `TABLE DATA`. */
  readonly kind: string | null;
  readonly section: number;
  readonly definition: string | null;
  readonly dropStatement: string | null;
  readonly copyStatement: string | null;
  readonly namespace: string | null;
  readonly tablespace: string | null;
  readonly tableAccessMethod: string | null;
  /** Archives of version 1.16 on. */
  readonly relationKind: number;
  readonly owner: string | null;
  readonly withOids: string | null;
  readonly dependencies: readonly string[];
  /** Where its data is, which a stream cannot say. */
  readonly dataState: number;
}

/** What an archive begins with: all but the data. */
export interface DumpHead {
  /** Major and minor version of the archive's layout, for example 1 and 14. */
  readonly layout: readonly [number, number, number];
  readonly integerBytes: number;
  readonly offsetBytes: number;
  /** As it is in the archive: a level, since 1.15 an algorithm. */
  readonly compression: Buffer;
  readonly createdAt: readonly number[];
  readonly database: string | null;
  readonly serverVersion: string | null;
  readonly dumpVersion: string | null;
  readonly entries: readonly DumpEntry[];
}

/** Sections of `pg_restore`. */
export const DumpSection = { None: 1, PreData: 2, Data: 3, PostData: 4 } as const;
/** States of an entry's data. */
export const DataState = { NotKnown: 1, Known: 2, NoData: 3 } as const;

const magic = 'PGDMP';
const customFormat = 1;
const maxEntries = 10_000_000;
const maxTextBytes = 1024 * 1024 * 1024;

/**
 * Reads the head of an archive. It is a coroutine: it yields how many bytes it needs next, and is given exactly those.
 * @throws CORRUPT_DATA it is no archive of `pg_dump --format=custom`; NOT_SUPPORTED of a layout that is not known here
 * @see pg_backup_archiver.c of PostgreSQL: `ReadHead`, `ReadToc`
 */
export function* readDumpHead(): Generator<number, DumpHead, Buffer> {
  if ((yield magic.length).toString('latin1') !== magic) throw notADump('it does not begin like one');
  const [major = 0, minor = 0, revision = 0, integerBytes = 0, offsetBytes = 0, format = 0] = yield 6;
  if (major !== 1 || minor < 14 || minor > 16) throw new BrokerError(BrokerErrorCode.NotSupported, `the copy is a pg_dump archive of layout ${major}.${minor}, which this broker does not know; use one of the version that made it`);
  if (format !== customFormat) throw notADump('it is not of format "custom"');
  if (integerBytes !== 4 || offsetBytes < 1 || offsetBytes > 8) throw notADump('its numbers have an unknown size');
  const compression = yield minor >= 15 ? 1 : integerBytes + 1;

  function* integer(): Generator<number, number, Buffer> {
    const bytes = yield integerBytes + 1;
    const value = bytes.readUInt32LE(1);
    return bytes[0] === 0 ? value : -value;
  }
  function* text(): Generator<number, string | null, Buffer> {
    const length = yield* integer();
    if (length < 0) return null;
    if (length > maxTextBytes) throw notADump('a text in it is too long');
    return length === 0 ? '' : (yield length).toString('latin1');
  }

  const createdAt: number[] = [];
  for (let part = 0; part < 7; part++) createdAt.push(yield* integer());
  const database = yield* text();
  const serverVersion = yield* text();
  const dumpVersion = yield* text();
  const count = yield* integer();
  if (count < 0 || count > maxEntries) throw notADump('its table of contents has an impossible length');
  const entries: DumpEntry[] = [];
  for (let read = 0; read < count; read++) {
    const dumpId = yield* integer();
    if (dumpId <= 0) throw notADump('an entry of its table of contents has an impossible number');
    const hasData = (yield* integer()) !== 0;
    const entry = {
      dumpId,
      hasData,
      tableOid: yield* text(),
      oid: yield* text(),
      tag: yield* text(),
      kind: yield* text(),
      section: yield* integer(),
      definition: yield* text(),
      dropStatement: yield* text(),
      copyStatement: yield* text(),
      namespace: yield* text(),
      tablespace: yield* text(),
      tableAccessMethod: yield* text(),
      relationKind: minor >= 16 ? yield* integer() : 0,
      owner: yield* text(),
      withOids: yield* text(),
    };
    const dependencies: string[] = [];
    for (let one = yield* text(); one !== null; one = yield* text()) dependencies.push(one);
    const dataState = (yield 1)[0] ?? 0;
    yield offsetBytes;
    entries.push({ ...entry, dependencies, dataState });
  }
  return { layout: [major, minor, revision], integerBytes, offsetBytes, compression, createdAt, database, serverVersion, dumpVersion, entries };
}

/** The bytes of a head, as `pg_dump` writes them to a pipe: without places of data. */
export function writeDumpHead({ layout, integerBytes, offsetBytes, compression, createdAt, database, serverVersion, dumpVersion, entries }: DumpHead): Buffer {
  const pieces: Buffer[] = [];
  const integer = (value: number) => {
    const bytes = Buffer.alloc(integerBytes + 1);
    bytes[0] = value < 0 ? 1 : 0;
    bytes.writeUInt32LE(Math.abs(value), 1);
    pieces.push(bytes);
  };
  const text = (value: string | null) => {
    if (value === null) return integer(-1);
    integer(value.length);
    pieces.push(Buffer.from(value, 'latin1'));
  };
  pieces.push(Buffer.from(magic, 'latin1'), Buffer.from([...layout, integerBytes, offsetBytes, customFormat]), compression);
  createdAt.forEach(integer);
  [database, serverVersion, dumpVersion].forEach(text);
  integer(entries.length);
  for (const entry of entries) {
    integer(entry.dumpId);
    integer(entry.hasData ? 1 : 0);
    [entry.tableOid, entry.oid, entry.tag, entry.kind].forEach(text);
    integer(entry.section);
    [entry.definition, entry.dropStatement, entry.copyStatement, entry.namespace, entry.tablespace, entry.tableAccessMethod].forEach(text);
    if (layout[1] >= 16) integer(entry.relationKind);
    [entry.owner, entry.withOids, ...entry.dependencies, null].forEach(text);
    pieces.push(Buffer.from([entry.dataState, ...Buffer.alloc(offsetBytes)]));
  }
  return Buffer.concat(pieces);
}

export function notADump(what: string): BrokerError {
  return new BrokerError(BrokerErrorCode.CorruptData, `the copy is damaged or no pg_dump archive: ${what}; restore another one, and verify this one`);
}
