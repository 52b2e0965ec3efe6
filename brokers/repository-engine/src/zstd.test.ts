import { describe, expect, it } from 'vitest';
import { randomBytes, rows } from './testing/index.js';
import { decompressZstd, decompressZstdInJavaScript, loadZstdCompress } from './zstd.js';

describe('zstd', () => {
  it('decompresses to the same bytes with and without native code', async ({ skip }) => {
    const compress = await loadZstdCompress();
    if (!compress) return skip('needs native zstd, which this machine lacks');
    for (const raw of [rows(1, 1), rows(300, 1), rows(1024 * 1024, 2), Buffer.alloc(1024 * 1024), randomBytes(100_000, 1)]) {
      const frame = await compress(raw);
      expect((await decompressZstd(frame, raw.length)).equals(raw)).toBe(true);
      expect((await decompressZstdInJavaScript(frame, raw.length)).equals(raw)).toBe(true);
    }
  });

  it('refuses a frame that claims another size before making room for it', async () => {
    // Single segment, size in eight bytes: 16 TiB.
    const frame = Buffer.from('28b52ffde00000000000100000010000', 'hex');
    await expect(decompressZstd(frame, 1000)).rejects.toThrow('says 17592186044416 bytes instead of 1000');
  });
});
