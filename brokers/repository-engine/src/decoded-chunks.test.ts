import { describe, expect, it } from 'vitest';
import { DecodedChunks } from './decoded-chunks.js';

const place = (packId: string, offset: number) => ({ name: '', packId, offset, storedBytes: 1, bytes: 1, keyId: 1, codec: 2 });

describe('chunks that were decompressed before', () => {
  it('are known by where they lie', () => {
    const decoded = new DecodedChunks();
    decoded.add(place('a', 8));
    expect([place('a', 8), place('a', 9), place('b', 8)].map((one) => decoded.has(one))).toEqual([true, false, false]);
  });

  it('are forgotten beyond a limit, the first ones first', () => {
    const decoded = new DecodedChunks(2);
    for (const offset of [1, 2, 3]) decoded.add(place('a', offset));
    expect([1, 2, 3].map((offset) => decoded.has(place('a', offset)))).toEqual([false, true, true]);
  });
});
