import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';
import { ChunkEncoder, chunkHash, chunkHeaderBytes, decodeChunk } from './chunk-codec.js';
import { randomBytes, rows } from './testing/index.js';

const fileOf = async (encoder: ChunkEncoder, raw: Buffer) => Buffer.concat(await encoder.encode(raw));

describe('a chunk file', () => {
  it.each([
    ['empty', Buffer.alloc(0)],
    ['one byte', Buffer.from('x')],
    ['rows', rows(300_000, 1)],
    ['random bytes', randomBytes(300_000, 1)],
    ['zeros', Buffer.alloc(1024 * 1024)],
  ])('gives its chunk back: %s', async (_, raw) => {
    const decoded = await decodeChunk(await fileOf(new ChunkEncoder(), raw), chunkHash(raw));
    assert.ok(decoded instanceof Buffer && decoded.equals(raw), String(decoded).slice(0, 100));
  });

  it('is compressed where that pays, and kept as it is where it does not, also when a stream changes its kind', async () => {
    const encoder = new ChunkEncoder();
    for (const seed of [1, 2, 3]) {
      expect((await fileOf(encoder, rows(300_000, seed))).length).toBeLessThan(75_000);
      expect((await fileOf(encoder, randomBytes(300_000, seed))).length).toBe(300_000 + chunkHeaderBytes);
      expect((await fileOf(encoder, randomBytes(300_000, seed + 10))).length).toBe(300_000 + chunkHeaderBytes);
    }
  });

  it('compressed with gzip, as a machine without zstd writes it, is read everywhere', async () => {
    const raw = rows(300_000, 4);
    const file = Buffer.concat(await new ChunkEncoder({ zstd: false }).encode(raw));
    expect(file.readUInt8(6)).toBe(1);
    expect(((await decodeChunk(file, chunkHash(raw))) as Buffer).equals(raw)).toBe(true);
  });

  it('under the hash of another is refused', async () => {
    expect(await decodeChunk(await fileOf(new ChunkEncoder(), rows(1000, 1)), chunkHash(rows(1000, 2)))).toBe('its content has another hash');
  });
});
