import type { ChunkLocation } from './pack-format.js';

/**
 * Chunks which this process has decompressed and found to have their hash, where they lie. The seal of an encrypted chunk proves that
 * the stored bytes are still those, so a later check need not decompress them again. A limited number is remembered.
 */
export class DecodedChunks {
  readonly #places = new Set<string>();

  /** @param most remembered; the one noted first is forgotten first */
  constructor(private readonly most = 100_000) {}

  has(location: ChunkLocation): boolean {
    return this.#places.has(placeOf(location));
  }

  add(location: ChunkLocation): void {
    this.#places.add(placeOf(location));
    if (this.#places.size > this.most) this.#places.delete(this.#places.values().next().value!);
  }
}

function placeOf({ packId, offset }: ChunkLocation): string {
  return `${packId}${offset}`;
}
