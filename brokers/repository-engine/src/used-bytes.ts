import type { ObjectStore } from './object-store.js';
import { deletedPrefix, packsPrefix, partsPrefix } from './repository-layout.js';

/**
 * Bytes that a repository occupies. Walked once, then kept up to date by what this process does, and walked again after a
 * while, because what lies there may be changed from outside.
 */
export class UsedBytes {
  #known: { bytes: number; readonly at: number } | undefined;
  #walk: Promise<number> | undefined;
  #changes = 0;

  constructor(
    private readonly store: ObjectStore,
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
    let bytes = 0;
    for (const prefix of [partsPrefix, deletedPrefix, packsPrefix]) for await (const object of this.store.scan(prefix)) bytes += object.bytes;
    // What changed during the walk may or may not be in it, so such a figure is good for this answer only.
    this.#known = before === this.#changes ? { bytes, at: Date.now() } : undefined;
    return bytes;
  }
}
