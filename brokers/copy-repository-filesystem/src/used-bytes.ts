import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { chunkPrefixes, type RepositoryLayout } from './repository-layout.js';
import { unlessMissing } from './storage-error.js';

/**
 * Bytes that a repository occupies. Walked once, then kept up to date by what this process does, and walked again after a
 * while, because other processes may work on the same folder.
 */
export class UsedBytes {
  #known: { bytes: number; readonly at: number } | undefined;
  #walk: Promise<number> | undefined;
  #changes = 0;

  constructor(
    private readonly layout: RepositoryLayout,
    private readonly walkAgainMs = 5 * 60_000,
  ) {}

  add(difference: number): void {
    this.#changes += 1;
    if (this.#known) this.#known.bytes += difference;
  }

  async get(): Promise<number> {
    if (this.#known && Date.now() - this.#known.at < this.walkAgainMs) return this.#known.bytes;
    this.#walk ??= this.#measure().finally(() => (this.#walk = undefined));
    return await this.#walk;
  }

  async #measure(): Promise<number> {
    const before = this.#changes;
    let bytes = (await folderBytes(this.layout.parts)) + (await folderBytes(this.layout.deleted));
    for (const prefix of chunkPrefixes) bytes += await folderBytes(this.layout.chunkFolder(prefix));
    // What changed during the walk may or may not be in it, so such a figure is good for this answer only.
    this.#known = before === this.#changes ? { bytes, at: Date.now() } : undefined;
    return bytes;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  let bytes = 0;
  for (let at = 0; at < names.length; at += statsAtOnce) {
    const found = await Promise.all(names.slice(at, at + statsAtOnce).map((name) => unlessMissing(stat(join(folder, name)))));
    for (const one of found) bytes += one?.size ?? 0;
  }
  return bytes;
}

const statsAtOnce = 16;
