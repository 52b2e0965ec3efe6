import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Volume } from './volume.js';

describe('figures of a volume', () => {
  let folder: string;
  let volume: Volume;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocopea-volume-'));
    const record = { formatVersion: 1, dataServiceId: 'source', planId: 'directory', settings: {} } as const;
    volume = await Volume.create({ record, workDirectory: join(folder, 'work'), directory: join(folder, 'volume'), onTaken: () => undefined, signal: new AbortController().signal });
    for (let file = 0; file < 50; file++) await writeFile(join(volume.content, `file-${file}`), 'x'.repeat(100));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('are of the whole tree where there is time for it', async () => {
    expect(await volume.figures(60_000)).toEqual({ sizeBytes: 5_000, entries: 51, isWhole: true });
  });

  it('are of what was seen in time, and say so, and are whole again when there is more', async () => {
    const seen = await volume.figures(0);
    expect(seen.isWhole).toBe(false);
    expect(seen.entries).toBeLessThan(51);
    await expect.poll(() => volume.figures(60_000), { timeout: 60_000 }).toEqual({ sizeBytes: 5_000, entries: 51, isWhole: true });
  });

  it('end when nobody wants them any more', async () => {
    await expect(volume.figures(60_000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
