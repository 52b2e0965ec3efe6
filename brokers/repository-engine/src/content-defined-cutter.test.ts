import assert from 'node:assert/strict';
import { afterEach, describe, expect, it } from 'vitest';
import { chunkHash } from './chunk-codec.js';
import { ContentDefinedCutter } from './content-defined-cutter.js';
import { sharedBuffer } from './shared-memory.js';
import { SpareBuffers } from './spare-buffers.js';
import { collect, EngineHarness, metadata, randomBytes, rows, streamOf } from './testing/index.js';

const MIB = 1024 * 1024;

async function cut(content: Buffer, pieceBytes: number, usualBytes = 65_536): Promise<Buffer[]> {
  const cutter = new ContentDefinedCutter(usualBytes, new SpareBuffers(4 * usualBytes, sharedBuffer));
  const chunks: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    chunks.push(Buffer.from(chunk));
    cutter.release(chunk);
  };
  for await (const piece of streamOf(content, pieceBytes)) for (const chunk of cutter.push(piece)) take(chunk);
  for (const chunk of cutter.end()) take(chunk);
  return chunks;
}

describe('boundaries that follow the content', () => {
  it.each([
    ['random bytes', randomBytes(4 * MIB + 77, 1)],
    ['rows', rows(3 * MIB, 1)],
    ['zeros', Buffer.alloc(3 * MIB + 1)],
    ['nothing', Buffer.alloc(0)],
    ['one byte', Buffer.from('x')],
  ])('lose nothing, are the same whatever the pieces, and stay between a quarter and four times the usual: %s', async (_, content) => {
    const chunks = await cut(content, 65_536);
    assert.ok(Buffer.concat(chunks).equals(content));
    for (const pieceBytes of [1_021, 300_000, 5 * MIB]) expect((await cut(content, pieceBytes)).map(({ length }) => length)).toEqual(chunks.map(({ length }) => length));
    for (const chunk of chunks.slice(0, -1)) expect(chunk.length >= 16_384 && chunk.length <= 262_144).toBe(true);
  });

  it('are near the usual size on the average', async () => {
    const chunks = await cut(randomBytes(16 * MIB, 3), 65_536);
    const mean = (16 * MIB) / chunks.length;
    expect(mean).toBeGreaterThan(45_000);
    expect(mean).toBeLessThan(95_000);
  });

  it('are found again behind bytes that were put in, taken out or changed: few chunks are new', async () => {
    const content = randomBytes(8 * MIB, 5);
    const before = new Set((await cut(content, 65_536)).map(chunkHash));
    const at = 3 * MIB + 333;
    const changed = [Buffer.concat([Buffer.from('put in'), content]), Buffer.concat([content.subarray(0, at), Buffer.from('x'), content.subarray(at)]), Buffer.concat([content.subarray(0, at), content.subarray(at + 1_000)])];
    for (const one of changed) {
      const isNew = (await cut(one, 65_536)).filter((chunk) => !before.has(chunkHash(chunk)));
      expect(isNew.length).toBeGreaterThan(0);
      expect(isNew.length).toBeLessThanOrEqual(3);
    }
  });
});

describe('a second copy', () => {
  let harness: EngineHarness;
  afterEach(() => harness.close());

  /** What a second copy stores of content with a byte more in front, as a share of the first. */
  const shareOfSecond = async (format: string): Promise<number> => {
    harness = await EngineHarness.open({ chunkBytes: 131_072 });
    await harness.broker.createRepository({ repositoryId: 'r', properties: {} });
    const content = randomBytes(8 * MIB, 9);
    const shifted = Buffer.concat([Buffer.from('!'), content]);
    const first = await harness.broker.writePart({ repositoryId: 'r', partId: 'first' }, { ...metadata, format }, streamOf(content));
    const second = await harness.broker.writePart({ repositoryId: 'r', partId: 'second' }, { ...metadata, format }, streamOf(shifted));
    assert.ok((await collect(harness.broker.readPart(second))).equals(shifted));
    return second.storedBytes / first.storedBytes;
  };

  it.each(['tree/1', 'postgres-logical/18', 'mariadb-dump/11'])('in the format %s, whose content shifts, stores little of what only moved', async (format) => {
    expect(await shareOfSecond(format)).toBeLessThan(0.05);
  });

  it.each(['postgres-physical/18-x86_64', 'test/1'])('in the format %s, whose pages stay where they are, is cut at fixed places', async (format) => {
    expect(await shareOfSecond(format)).toBeGreaterThan(0.95);
  });
});
