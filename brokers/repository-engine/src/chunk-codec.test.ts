import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { ChunkCodec, chunkHash, decodeChunk, encodeChunk } from './chunk-codec.js';
import { randomBytes, rows } from './testing/index.js';

const wanted = (raw: Buffer) => ({ hash: chunkHash(raw), bytes: raw.length });

describe('a chunk', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['one byte', Buffer.from('x')],
    ['rows', rows(300_000, 1)],
    ['random bytes', randomBytes(300_000, 1)],
    ['zeros', Buffer.alloc(1024 * 1024)],
  ])('comes back: %s', async (_, raw) => {
    const { codec, content } = await encodeChunk(raw);
    const decoded = await decodeChunk(codec, content, wanted(raw));
    assert.ok(decoded instanceof Buffer && decoded.equals(raw), String(decoded).slice(0, 100));
  });

  it.each([{ sampleFirst: false }, { sampleFirst: true }])('is compressed where that pays, and kept as it is where it does not, with $sampleFirst', async (options) => {
    expect((await encodeChunk(rows(300_000, 1), options)).content.length).toBeLessThan(75_000);
    const random = randomBytes(300_000, 1);
    expect(await encodeChunk(random, options)).toEqual({ codec: ChunkCodec.None, content: random });
  });

  it('compressed with gzip, as a machine without zstd writes it, is read everywhere', async () => {
    const raw = rows(300_000, 4);
    const { codec, content } = await encodeChunk(raw, { zstd: false });
    expect(codec).toBe(ChunkCodec.Gzip);
    expect(((await decodeChunk(codec, content, wanted(raw))) as Buffer).equals(raw)).toBe(true);
  });

  it('with the hash of another, another length or an unknown codec is refused', async () => {
    const raw = rows(1000, 1);
    const { codec, content } = await encodeChunk(raw);
    expect(await decodeChunk(codec, content, { ...wanted(raw), hash: chunkHash(rows(1000, 2)) })).toBe('its content has another hash');
    expect(await decodeChunk(ChunkCodec.None, raw, { ...wanted(raw), bytes: 999 })).toBe('it holds 1000 bytes instead of 999');
    expect(await decodeChunk(9, raw, wanted(raw))).toBe('its codec 9 is unknown');
  });
});
