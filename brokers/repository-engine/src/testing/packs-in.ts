import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packEntryBytes, packTailBytes, parsePackTail, readPackEntry, type ChunkLocation } from '../pack-format.js';

export interface PackedChunk extends ChunkLocation {
  readonly path: string;
}

export interface PackOnDisk {
  readonly path: string;
  readonly fileBytes: number;
  readonly chunks: readonly PackedChunk[];
}

/** The packs of a repository in a folder, read by the specification. A damaged one has no chunks. */
export async function packsIn(root: string): Promise<readonly PackOnDisk[]> {
  const entries = await readdir(join(root, 'packs'), { recursive: true, withFileTypes: true }).catch(() => []);
  const packs: PackOnDisk[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const file = await readFile(path);
    const index = parsePackTail(file.subarray(-packTailBytes)) ?? Buffer.alloc(0);
    const chunks = Array.from({ length: index.length / packEntryBytes }, (_, at) => ({ ...readPackEntry(index, at * packEntryBytes, entry.name), path }));
    packs.push({ path, fileBytes: file.length, chunks });
  }
  return packs;
}
