import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MemoryCopy } from '@ocopea/broker-conformance/cases';
import type { CopySource } from '@ocopea/broker-contract';
import { expect, it } from 'vitest';
import { createVolumeDataServiceBroker, treeFormat } from './index.js';
import { VolumeFixture } from './testing/volume-fixture.js';

const run = promisify(execFile);

/** A folder that holds 24 MB and no more, or why there is none. */
async function mountSmallDisk(path: string): Promise<string | undefined> {
  await mkdir(path, { recursive: true });
  return run('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=700', 'tmpfs', path]).then(
    () => undefined,
    (error: { stderr?: string }) => `only root may mount a small disk, and here it may not: ${error.stderr?.trim()}`,
  );
}

/** Takes all room that is left. */
async function fill(path: string): Promise<void> {
  for (;;) {
    const room = await appendFile(path, Buffer.alloc(65_536, 1)).then(
      () => true,
      () => false,
    );
    if (!room) return;
  }
}

/** The source of a copy, in the middle of which something happens. */
function withMiddle(source: CopySource, middle: () => Promise<void>): CopySource {
  if (source.protocol !== 'byte-stream/1') throw new Error('a copy in memory is read as a stream');
  return {
    ...source,
    async *open() {
      let bytes = 0;
      let isPast = false;
      for await (const piece of source.open()) {
        yield piece;
        bytes += piece.length;
        if (isPast || bytes < source.logicalBytes / 2) continue;
        isPast = true;
        await middle();
      }
    },
  };
}

it('a disk that is too small for a restore, or becomes full in the middle of it, ends it with a code; nothing is left half made, and one that fits works', async (test) => {
  const root = await mkdtemp(join(tmpdir(), 'ocopea-volume-full-'));
  const directory = join(root, 'small');
  const missing = await mountSmallDisk(directory);
  if (missing !== undefined) {
    await rm(root, { recursive: true });
    return test.skip(missing);
  }
  try {
    await using source = await VolumeFixture.make();
    const [fitting, large] = [new MemoryCopy(), new MemoryCopy()];
    await mkdir(join(source.path, 'deep/folder'), { recursive: true });
    for (let index = 0; index < 10; index++) await writeFile(join(source.path, `deep/folder/${index}`), Buffer.alloc(100_000, index + 1));
    await source.copy(fitting);
    await writeFile(join(source.path, 'deep/large'), Buffer.alloc(30_000_000, 1));
    await source.copy(large);

    const broker = await createVolumeDataServiceBroker({ directory });
    try {
      const restore = (dataServiceId: string, from: CopySource) => broker.create({ dataServiceId, planId: 'directory', restoreFrom: { format: treeFormat, source: from } });
      const expectNothing = async (dataServiceId: string) => {
        for (const name of ['services', 'work', 'trash']) expect(await readdir(join(directory, name))).toEqual([]);
        await expect(broker.get(dataServiceId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      };
      await expect(restore('too-large', large.source())).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED' });
      await expectNothing('too-large');

      const other = join(directory, 'of-somebody-else');
      const filled = withMiddle(fitting.source(), () => fill(other));
      await expect(restore('half', filled)).rejects.toMatchObject({ code: 'CAPACITY_EXCEEDED', message: expect.stringContaining('the disk is full') });
      await rm(other);
      await expectNothing('half');

      await restore('whole', fitting.source());
      const { values } = await broker.bind({ dataServiceId: 'whole', bindingId: 'test' });
      expect(await readFile(join(values['path']!, 'deep/folder/9'))).toEqual(Buffer.alloc(100_000, 10));
    } finally {
      await broker.close();
    }
  } finally {
    await run('umount', ['-l', directory]);
    await rm(root, { recursive: true });
  }
});
