import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ArchiveCutter } from './archive-cutter.js';
import { chunkHash } from './chunk-codec.js';
import { sharedBuffer } from './shared-memory.js';
import { SpareBuffers } from './spare-buffers.js';
import { collect, EngineHarness, metadata, randomBytes, streamOf } from './testing/index.js';

const chunkBytes = 65_536;

async function cut(content: Buffer, pieceBytes: number): Promise<Buffer[]> {
  const cutter = new ArchiveCutter(new SpareBuffers(chunkBytes, sharedBuffer));
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    chunks.push(Buffer.from(chunk));
    cutter.release(chunk);
  };
  for await (const piece of streamOf(content, pieceBytes)) for (const chunk of cutter.push(piece)) take(chunk);
  for (const chunk of cutter.end()) take(chunk);
  return chunks;
}

type Files = readonly (readonly [name: string, content: Buffer])[];

async function tarOf(files: Files): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'base', type: 'directory', mtime: new Date(0) });
  for (const [name, content] of files) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  return buffer(tar);
}

const files: Files = [
  ...Array.from({ length: 60 }, (_, index) => [`base/1/${index}`, randomBytes(700 * (index % 9), index + 1)] as const),
  ['base/5/large', randomBytes(20 * chunkBytes, 100)],
  ...Array.from({ length: 60 }, (_, index) => [`base/5/${index}`, randomBytes(500 * (index % 17), index + 200)] as const),
  ['base/5/larger', randomBytes(40 * chunkBytes + 512, 101)],
];

const newBytes = (before: readonly Buffer[], after: readonly Buffer[]) => {
  const known = new Set(before.map((chunk) => chunkHash(chunk)));
  return after.filter((chunk) => !known.has(chunkHash(chunk))).reduce((sum, { length }) => sum + length, 0);
};

describe('boundaries that follow the files of an archive', () => {
  it('lose nothing, and are the same whatever the pieces', async () => {
    const half = (await tarOf(files)).subarray(0, 31 * chunkBytes + 77);
    for (const content of [await tarOf(files), half, randomBytes(5 * chunkBytes + 7, 3), Buffer.alloc(3 * chunkBytes), Buffer.from('x'), Buffer.alloc(0)]) {
      const chunks = await cut(content, 300_000);
      expect(Buffer.concat(chunks).equals(content)).toBe(true);
      expect(chunks.every(({ length }) => length > 0 && length <= chunkBytes)).toBe(true);
      for (const pieceBytes of [511, 1_021]) expect((await cut(content, pieceBytes)).map(({ length }) => length)).toEqual(chunks.map(({ length }) => length));
    }
  });

  it('are at fixed places in a stream that is no archive', async () => {
    expect((await cut(randomBytes(3 * chunkBytes + 5, 1), 10_000)).map(({ length }) => length)).toEqual([chunkBytes, chunkBytes, chunkBytes, 5]);
  });

  it('find large files again behind one that has grown, and pages of a file behind one that has changed', async () => {
    const before = await cut(await tarOf(files), 100_000);
    const grown = files.map(([name, content]) => [name, name === 'base/1/3' ? Buffer.concat([content, randomBytes(1_000, 9)]) : content] as const);
    const more = [...grown.slice(0, 20), ['base/1/new', randomBytes(900, 8)] as const, ...grown.slice(20)];
    // Two groups of small files.
    expect(newBytes(before, await cut(await tarOf(more), 100_000))).toBeLessThan(4 * chunkBytes);

    const changed = files.map(([name, content]) => {
      if (name !== 'base/5/large') return [name, content] as const;
      const pages = Buffer.from(content);
      pages.fill(1, 10 * chunkBytes + 9_000, 10 * chunkBytes + 9_100);
      return [name, Buffer.concat([pages, randomBytes(8_192, 5)])] as const;
    });
    // The first chunk, which has the length, the one with the page, and the new end.
    expect(newBytes(before, await cut(await tarOf(changed), 100_000))).toBeLessThan(3 * chunkBytes);
  });

  it('are what physical copies are cut at, and are read back', async () => {
    const harness = await EngineHarness.open({ chunkBytes });
    try {
      await harness.broker.createRepository({ repositoryId: 'r', properties: {} });
      const content = await tarOf(files);
      const part = { ...metadata, format: 'postgres-physical/18-x86_64' };
      const first = await harness.broker.writePart({ repositoryId: 'r', partId: 'p' }, part, streamOf(content));
      const shifted = await tarOf([['backup_label', randomBytes(1_500, 7)], ...files]);
      const second = await harness.broker.writePart({ repositoryId: 'r', partId: 'q' }, part, streamOf(shifted));
      expect(second.storedBytes).toBeLessThan(first.storedBytes / 10);
      expect((await collect(harness.broker.readPart(second))).equals(shifted)).toBe(true);
    } finally {
      await harness.close();
    }
  });
});
