import { chmod, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from './scene.js';

/** A chunk of a copy on disk that can be spoiled and mended. */
export interface DamagedChunk {
  /** Changes one bit in its middle. */
  flip(): Promise<void>;
  /** Takes its second half away. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Where the list of chunks begins in a manifest, and how long an entry is; `docs/reference/repository-format.md`. */
const listAt = 8;
const entryBytes = 36;

/** The tenth chunk of the only part of a copy at `eu-central`. */
export async function aChunkOf(scene: Scene, partId: string): Promise<DamagedChunk> {
  const root = join(scene.homeOf('eu-central'), 'copies/data', `repository-${scene.repositories.get('eu-central')}`);
  const manifest = await readFile(join(root, 'parts', `${partId}.part`));
  const at = listAt + 9 * entryBytes;
  const hash = manifest.toString('hex', at, at + 32);
  const path = join(root, 'chunks', hash.slice(0, 2), hash);
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
        bytes[bytes.length >> 1]! ^= 1;
        return writeFile(path, bytes);
      }),
    cut: () => change(() => truncate(path, whole.length >> 1)),
    mend: () => change(() => writeFile(path, whole)),
  };
}
