import type { ByteStream } from '@ocopea/broker-contract';
import { describe, expect, it } from 'vitest';
import { DataState, DumpSection, readDumpHead, writeDumpHead, type DumpEntry, type DumpHead } from './dump-head.js';
import { changeDumpHead } from './dump-stream.js';
import { takeRoles, withRoles } from './logical-roles.js';

const entry = (dumpId: number, hasData: boolean, tag: string): DumpEntry => ({
  dumpId, hasData, tableOid: '1259', oid: '16384', tag, kind: hasData ? 'TABLE DATA' : 'TABLE', section: hasData ? DumpSection.Data : DumpSection.PreData, definition: hasData ? '' : `CREATE TABLE ${tag} ();`, dropStatement: '', copyStatement: hasData ? 'COPY t FROM stdin;' : null, namespace: 'public', tablespace: null, tableAccessMethod: 'heap', relationKind: 0, owner: 'app_owner', withOids: 'false', dependencies: ['1', '2'], dataState: hasData ? DataState.NotKnown : DataState.NoData,
});
const head = (minor: number): DumpHead => ({
  layout: [1, minor, 0], integerBytes: 4, offsetBytes: 8, compression: Buffer.alloc(minor >= 15 ? 1 : 5), createdAt: [0, -1, 2, 3, 4, 126, 0], database: 'app', serverVersion: '15.1', dumpVersion: '15.1', entries: [entry(1, false, 'a'), entry(2, true, 'a'), entry(3, true, 'b')],
});
const integer = (value: number) => Buffer.from([0, value & 255, (value >> 8) & 255, 0, 0]);
const block = (kind: number, id: number, ...pieces: readonly Buffer[]) => Buffer.concat([Buffer.from([kind]), integer(id), ...pieces]);
const piece = (text: string) => Buffer.concat([integer(text.length), Buffer.from(text)]);
/** One table's rows, and large objects of which one is empty. */
const data = Buffer.concat([block(1, 2, piece('one'), piece('two'), integer(0)), block(3, 3, integer(77), piece('large'), integer(0), integer(78), integer(0), integer(0))]);

async function* inPieces(bytes: Uint8Array, size: number): ByteStream {
  for (let at = 0; at < bytes.length; at += size) yield Uint8Array.from(bytes.subarray(at, at + size));
}

async function through(bytes: Uint8Array, size = 7): Promise<Buffer> {
  const passed: Uint8Array[] = [];
  for await (const one of changeDumpHead(inPieces(bytes, size), (read) => read)) passed.push(one);
  return Buffer.concat(passed);
}

describe.each([14, 15, 16])('an archive of layout 1.%d', (minor) => {
  const whole = Buffer.concat([writeDumpHead(head(minor)), data]);

  it.each([1, 7, 100_000])('passes unchanged when its head is not changed, in pieces of %d bytes', async (size) => {
    expect((await through(whole, size)).equals(whole)).toBe(true);
  });

  it('is damaged wherever it was cut, and when something follows it', async () => {
    for (let length = 0; length < whole.length; length++) await expect(through(whole.subarray(0, length)), `cut at ${length} of ${whole.length}`).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    for (const more of [Buffer.from([0]), data, block(1, 9, integer(0))]) await expect(through(Buffer.concat([whole, more]))).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
  });

  it('takes roles up and gives them back', () => {
    const roles = [{ name: 'reader', memberOf: [] }, { name: 'Ed"itör to', memberOf: ['reader'] }];
    const taken = takeRoles(withRoles(head(minor), roles));
    expect(taken).toEqual({ head: head(minor), roles });
  });
});

it('what is no archive, or one of another layout, is refused', async () => {
  await expect(through(Buffer.from('-- PostgreSQL database dump'))).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
  await expect(through(writeDumpHead({ ...head(16), layout: [1, 17, 0] }))).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
  await expect(through(writeDumpHead({ ...head(16), layout: [1, 12, 0] }))).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
});

it('a head is read by asking for no more than there is', () => {
  const bytes = writeDumpHead(head(16));
  const reading = readDumpHead();
  let at = 0;
  let next = reading.next();
  while (next.done !== true) {
    const from = at;
    at += next.value;
    next = reading.next(bytes.subarray(from, at));
  }
  expect([at, next.value]).toEqual([bytes.length, head(16)]);
});
