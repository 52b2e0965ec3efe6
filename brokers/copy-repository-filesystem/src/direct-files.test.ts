import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alignedBuffer, blockBytes, errnoOf, isAligned } from '@ocopea/repository-engine';
import { DirectFiles } from './direct-files.js';

const MIB = 1024 * 1024;

describe('DirectFiles', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocopea-direct-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const files = new DirectFiles();
  const aligned = (content: Buffer): Buffer => {
    const memory = alignedBuffer(content.length);
    content.copy(memory);
    return memory;
  };

  it.each([0, 1, blockBytes - 1, blockBytes, 255 * 1024, 256 * 1024, MIB, MIB + 1, MIB + blockBytes - 1, 3 * MIB + 12_345])('write %i bytes and what follows them, whichever way', async (bytes) => {
    const content = randomBytes(bytes);
    for (const [name, first] of [['aligned', aligned(content)], ['not', content]] as const) {
      for (const tail of [0, 1, blockBytes, 70_000].map((length) => randomBytes(length))) {
        const path = join(folder, `${bytes}-${name}-${tail.length}`);
        await files.write(path, [first, tail]);
        expect((await readFile(path)).equals(Buffer.concat([content, tail]))).toBe(true);
        expect((await stat(path)).mode & 0o777).toBe(0o400);
      }
    }
  });

  it('never replace a file', async () => {
    const path = join(folder, 'once');
    await files.write(path, [aligned(randomBytes(MIB))]);
    await expect(files.write(path, [aligned(randomBytes(MIB))])).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(files.write(path, [Buffer.from('small')])).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('read any range, less where the file ends, and leave small ones and memory that does not suit to others', async () => {
    const content = randomBytes(3 * MIB + 777);
    const path = join(folder, 'ranges');
    await files.write(path, [aligned(content)]);
    const into = alignedBuffer(4 * MIB);
    const read = (offset: number, bytes: number, memory = into) => files.read(path, { offset, bytes }, memory);
    // Filesystems that cannot do it, as those in memory of older kernels, read nothing this way.
    const isPossible = (await read(0, MIB)) !== undefined;
    for (const offset of [0, 1, blockBytes, blockBytes + 1, MIB - 1, 2 * MIB + 5, content.length - 300_000, content.length, content.length + 1, 9 * MIB]) {
      for (const bytes of [256 * 1024, MIB + 3]) {
        const answer = await read(offset, bytes);
        expect(answer?.equals(content.subarray(offset, offset + bytes)), `${bytes} at ${offset}`).toBe(isPossible ? true : undefined);
      }
    }
    expect(await read(0, 1000)).toBeUndefined();
    expect(await read(0, MIB, Buffer.alloc(4 * MIB))).toBeUndefined();
    expect(await read(1, MIB, into.subarray(0, MIB))).toBeUndefined();
    const missing = await files.read(join(folder, 'none'), { offset: 0, bytes: MIB }, into).catch(errnoOf);
    expect(missing).toBe(isPossible ? 'ENOENT' : undefined);
  });

  it('know aligned memory', () => {
    const memory = alignedBuffer(100_000);
    expect(memory).toHaveLength(100_000);
    expect(isAligned(memory)).toBe(true);
    expect(isAligned(memory.subarray(blockBytes))).toBe(true);
    expect(isAligned(memory.subarray(1))).toBe(false);
    expect(isAligned(Buffer.alloc(100_000))).toBe(false);
  });
});
