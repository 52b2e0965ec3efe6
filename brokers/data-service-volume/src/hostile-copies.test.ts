import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CopyProtocol, type ByteStream } from '@ocopea/broker-contract';
import { beforeEach, describe, expect, it } from 'vitest';
import { VolumeFixture } from './testing/volume-fixture.js';
import { encodeRecord, treeMagic, type EntryMetadata, type TreeRecord } from './tree-record.js';

const metadata: EntryMetadata = { mode: 0o755, uid: 0, gid: 0, atimeNs: 0n, mtimeNs: 0n, attributes: [] };
const bytes = (text: string) => Buffer.from(text);
const root: TreeRecord = { kind: 'directory', path: bytes(''), metadata };
const folder = (path: string): TreeRecord => ({ kind: 'directory', path: bytes(path), metadata });
const file = (path: string, size = 0n): TreeRecord => ({ kind: 'file', path: bytes(path), metadata, size });
const symlink = (path: string, target: string): TreeRecord => ({ kind: 'symlink', path: bytes(path), metadata, target: bytes(target) });
const link = (path: string, target: string): TreeRecord => ({ kind: 'link', path: bytes(path), target: bytes(target) });
const data = (offset: bigint, content = 'content'): TreeRecord => ({ kind: 'data', offset, bytes: bytes(content) });

function archive(records: readonly TreeRecord[], after = Buffer.alloc(0)): Buffer {
  return Buffer.concat([treeMagic, ...records.map(encodeRecord), encodeRecord({ kind: 'end', records: BigInt(records.length) }), after]);
}

/** A source that gives these bytes, cut at odd places. */
function sourceOf(content: Buffer) {
  async function* open(): ByteStream {
    for (let from = 0; from < content.length; from += 7) yield content.subarray(from, from + 7);
  }
  return { source: () => ({ protocol: CopyProtocol.ByteStream, logicalBytes: content.length, open, opened: [] }) };
}

describe('a hostile or damaged copy of a volume', () => {
  let outside: string;
  let volume: VolumeFixture;

  beforeEach(async () => {
    volume = await VolumeFixture.make();
    outside = join(volume.directory, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'kept'), 'kept');
    return () => volume[Symbol.asyncDispose]();
  });

  it.each<[string, (away: string) => readonly TreeRecord[]]>([
    ['writes through a link', (away) => [root, symlink('way', away), file('way/new', 7n), data(0n)]],
    ['writes through a link that replaced a folder', (away) => [root, folder('way'), file('way/old'), { kind: 'remove', path: bytes('way') }, symlink('way', away), file('way/new')]],
    ['writes over a link', (away) => [root, symlink('way', `${away}/new`), file('way', 7n), data(0n)]],
    ['makes a folder of a link', (away) => [root, symlink('way', away), folder('way'), file('way/new')]],
    ['removes through a link', (away) => [root, symlink('way', away), { kind: 'remove', path: bytes('way/kept') }]],
    ['links to something through a link', (away) => [root, symlink('way', away), link('stolen', 'way/kept')]],
    ['links to a link', (away) => [root, symlink('way', `${away}/kept`), link('stolen', 'way')]],
    ['goes up', () => [root, file('../new')]],
    ['goes up in the middle', () => [root, folder('a'), file('a/../../new')]],
    ['is absolute', (away) => [root, file(`${away}/new`)]],
    ['removes its root', () => [root, { kind: 'remove', path: bytes('') }]],
    ['has no root', () => [file('a')]],
    ['has a file twice', () => [root, file('a'), file('a')]],
    ['has content of no file', () => [root, data(0n)]],
    ['has content beyond the end of a file', () => [root, file('a', 7n), data(1n)]],
    ['is in a folder that is a file', () => [root, file('a'), file('a/b')]],
  ])('that %s is CORRUPT_DATA, makes nothing and touches nothing', async (_, records) => {
    await expect(volume.restore(sourceOf(archive(records(outside))))).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    await assertUntouched();
  });

  it('that is cut off, goes on, or is something else is CORRUPT_DATA', async () => {
    const whole = archive([root, file('a', 7n), data(0n)]);
    await volume.restore(sourceOf(whole));
    for (let length = 0; length < whole.length; length++) {
      await expect(volume.restore(sourceOf(whole.subarray(0, length)))).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    }
    await expect(volume.restore(sourceOf(Buffer.concat([whole, bytes('x')])))).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    await expect(volume.restore(sourceOf(Buffer.alloc(1_000, 1)))).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
    await volume.broker.delete((await volume.broker.list()).items.find(({ dataServiceId }) => dataServiceId !== 'source')!.dataServiceId);
    await assertUntouched();
  });

  async function assertUntouched() {
    expect(await readdir(outside)).toEqual(['kept']);
    expect(await readFile(join(outside, 'kept'), 'utf8')).toBe('kept');
    expect(await readdir(join(volume.directory, 'work'))).toEqual([]);
    expect(await readdir(join(volume.directory, 'services'))).toEqual(['source']);
  }
});
