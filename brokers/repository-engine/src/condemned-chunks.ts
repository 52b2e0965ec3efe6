/**
 * Names of chunks that may be removed, and which of them turned out to be in use. A table of their first eight bytes, so that
 * millions take little room: two names that share them count as one, which keeps garbage, never removes what is used.
 */
export class CondemnedChunks {
  readonly #keys: Uint32Array;
  readonly #states: Uint8Array;
  readonly #mask: number;

  /** @param most names that will be added */
  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, most * 2)));
    this.#keys = new Uint32Array(slots * 2);
    this.#states = new Uint8Array(slots);
    this.#mask = slots - 1;
  }

  add(bytes: Buffer, at: number): void {
    const slot = this.#slot(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4));
    if (this.#states[slot] !== State.Absent) return;
    this.#keys[slot * 2] = bytes.readUInt32BE(at);
    this.#keys[slot * 2 + 1] = bytes.readUInt32BE(at + 4);
    this.#states[slot] = State.Condemned;
  }

  /** Pardons the name at this place, if it is condemned. */
  pardon(bytes: Buffer, at: number): void {
    const slot = this.#slot(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4));
    if (this.#states[slot] !== State.Absent) this.#states[slot] = State.Pardoned;
  }

  isPardoned(bytes: Buffer, at: number): boolean {
    return this.#states[this.#slot(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4))] === State.Pardoned;
  }

  #slot(high: number, low: number): number {
    // Names are hashes, so any of their bits will do.
    let slot = low & this.#mask;
    while (this.#states[slot] !== State.Absent && (this.#keys[slot * 2] !== high || this.#keys[slot * 2 + 1] !== low)) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

const State = { Absent: 0, Condemned: 1, Pardoned: 2 } as const;
