/** Something that says which chunks it uses, as records in pages. */
export interface ChunkClaim {
  records(): AsyncIterable<Buffer>;
}

/**
 * Keeps writers and the removal of chunks apart within one process, without either waiting for the other's work.
 *
 * A writer first notes a chunk in its claim, then calls {@link use}, then looks whether the file is there. A removal
 * condemns candidates, reads all claims and manifests for them, and removes those that are still condemned. So a chunk
 * noted before the condemnation is found by the reading; one noted after it is pardoned by `use`; and one whose
 * file is just being removed makes `use` wait until it is gone, so that the writer writes it anew.
 */
export class ChunkUse {
  readonly #claims = new Set<ChunkClaim>();
  readonly #removing = new Map<string, Promise<unknown>>();
  #condemned: Set<string> = new Set();

  get claims(): readonly ChunkClaim[] {
    return [...this.#claims];
  }

  open(claim: ChunkClaim): void {
    this.#claims.add(claim);
  }

  close(claim: ChunkClaim): void {
    this.#claims.delete(claim);
  }

  /** To be called in the same tick in which the chunk was noted in an open claim. */
  use(hash: string): Promise<unknown> | undefined {
    this.#condemned.delete(hash);
    return this.#removing.get(hash);
  }

  /** One set at a time: a removal owns it until it has condemned the next one. Writers take out what they use. */
  condemn(hashes: Set<string>): void {
    this.#condemned = hashes;
  }

  /** Runs `remove` unless a writer has pardoned the chunk. */
  async removeCondemned(hash: string, remove: () => Promise<number>): Promise<number> {
    if (!this.#condemned.delete(hash)) return 0;
    const removal = remove();
    this.#removing.set(hash, removal.catch(() => undefined));
    try {
      return await removal;
    } finally {
      this.#removing.delete(hash);
    }
  }
}
