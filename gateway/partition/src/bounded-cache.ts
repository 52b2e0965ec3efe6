/** Keeps the entries that were used last. */
export class BoundedCache<K, V> {
  readonly #entries = new Map<K, V>();

  #latest: K | undefined;

  constructor(readonly limit: number) {}

  /** The value of `key`, made now when it is not there. */
  get(key: K, make: () => V): V {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      if (key === this.#latest) return known;
      this.#latest = key;
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    const made = make();
    this.#latest = key;
    this.#entries.set(key, made);
    if (this.#entries.size > this.limit) {
      const [oldest] = this.#entries.keys();
      this.#entries.delete(oldest as K);
    }
    return made;
  }
}
