import type { CondemnedChunks } from './condemned-chunks.js';

/** Something that says which chunks it uses, as records (of names) in pages. */
export interface ChunkClaim {
  records(): AsyncIterable<Buffer>;
}

/**
 * Keeps writers and the removal of packs apart within one process, without either waiting for the other's work.
 *
 * A writer first notes a chunk in its claim, then calls {@link use}, then looks it up in the index. A removal condemns the
 * chunks of some packs, reads all claims and manifests for them, and then, within one tick, sees that every chunk of a pack
 * is still condemned and takes them out of the index. So a chunk noted before the condemnation is found by the reading; one
 * noted after it is pardoned by `use`; and one looked up after its pack was given up is not found, and written anew.
 */
export class ChunkUse {
  readonly #claims = new Set<ChunkClaim>();
  #condemned: CondemnedChunks | undefined;

  get claims(): readonly ChunkClaim[] {
    return [...this.#claims];
  }

  open(claim: ChunkClaim): void {
    this.#claims.add(claim);
  }

  close(claim: ChunkClaim): void {
    this.#claims.delete(claim);
  }

  /** To be called in the tick in which the chunk was noted in an open claim, or later, but before it is looked up. */
  use(name: string): void {
    if (this.#condemned === undefined) return;
    this.#condemned.pardon(Buffer.from(name.slice(0, 16), 'hex'), 0);
  }

  /** One set at a time; `undefined` when the removal has ended. */
  condemn(condemned: CondemnedChunks | undefined): void {
    this.#condemned = condemned;
  }
}
