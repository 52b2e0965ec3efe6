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

/** A chunk of the only part of a copy at `eu-central` that is the last one in its pack, so that a cut hurts no other. */
export async function aChunkOf(scene: Scene, partId: string): Promise<DamagedChunk> {
  const root = join(scene.homeOf('eu-central'), 'copies/data', `repository-${scene.repositories.get('eu-central')}`);
  const manifest = await readFile(join(root, 'parts', `part-${partId}`));
  const names = new Set<string>();
  for (let at = listAt; at + entryBytes <= manifest.length; at += entryBytes) names.add(manifest.toString('hex', at, at + 32));
  const lastOnes = (await packsIn(root)).map(({ chunks }) => chunks.reduce((last, one) => (one.offset > last.offset ? one : last)));
  // The end of a pack may belong to another copy; what this one brought along ends one.
  const { path, offset, storedBytes } = lastOnes.find(({ name }) => names.has(name))!;
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
