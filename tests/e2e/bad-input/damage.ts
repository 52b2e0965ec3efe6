import { chmod, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packsIn } from '@ocopea/repository-engine/testing';
import type { Scene } from './scene.js';

/** A chunk of a copy on disk, in its pack, that can be spoiled and mended. */
export interface DamagedChunk {
  /** Changes one bit in its middle. */
  flip(): Promise<void>;
  /** Takes its second half away, and all of the pack that follows. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Where the list of chunks begins in a manifest, and how long an entry is; `docs/reference/repository-format.md`. */
const listAt = 8;
const entryBytes = 36;

/** A chunk of the only part of a copy at `eu-central`: the last one in the pack of its tenth, so that a cut hurts no other. */
export async function aChunkOf(scene: Scene, partId: string): Promise<DamagedChunk> {
  const root = join(scene.homeOf('eu-central'), 'copies/data', `repository-${scene.repositories.get('eu-central')}`);
  const manifest = await readFile(join(root, 'parts', `part-${partId}`));
  const at = listAt + 9 * entryBytes;
  const name = manifest.toString('hex', at, at + 32);
  const pack = (await packsIn(root)).find(({ chunks }) => chunks.some((one) => one.name === name))!;
  const { path, offset, storedBytes } = pack.chunks.reduce((last, one) => (one.offset > last.offset ? one : last));
  const middle = offset + (storedBytes >> 1);
  const whole = await readFile(path);
  const change = async (write: () => Promise<void>) => {
    await chmod(path, 0o600);
    await write();
    await chmod(path, 0o400);
  };
  return {
    flip: () =>
      change(() => {
        const bytes = Buffer.from(whole);
        bytes[middle]! ^= 1;
        return writeFile(path, bytes);
      }),
    cut: () => change(() => truncate(path, middle)),
    mend: () => change(() => writeFile(path, whole)),
  };
}
