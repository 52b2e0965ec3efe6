import type { StreamEvent } from './stream-event.js';

/** More than one event has this cursor, so that it is no place to go on from. */
const AMBIGUOUS = -1;

/**
 * The newest events of one stream in their order, found by cursor. Each has a number, which grows by one from event to event.
 */
export class StreamWindow {
  #events: StreamEvent[] = [];
  /** The number of the first that is kept. */
  #first = 0;
  readonly #numberOf = new Map<string, number>();
  /** Where the stream stood before the first event that is kept. */
  #base: string | undefined;

  /** @param base - the cursor that the stream began behind */
  constructor(
    readonly limit: number,
    base: string | undefined,
  ) {
    this.#base = base;
  }

  /** The number that the next event will have. */
  get next(): number {
    return this.#first + this.#events.length;
  }

  /** Whether all events since the stream began are still here. */
  get isWhole(): boolean {
    return this.#first === 0;
  }

  add(event: StreamEvent): void {
    const { cursor } = event;
    if (cursor !== undefined) this.#numberOf.set(cursor, this.#numberOf.has(cursor) ? AMBIGUOUS : this.next);
    this.#events.push(event);
    // Dropped by halves, so that an event costs no shifting of all the others.
    if (this.#events.length >= this.limit * 2) this.#drop(this.limit);
  }

  /** The number of the first event behind this cursor; `undefined` when the cursor is no place in here. */
  numberBehind(cursor: string): number | undefined {
    const number = this.#numberOf.get(cursor);
    if (number !== undefined && number !== AMBIGUOUS) return number + 1;
    return number === undefined && cursor === this.#base ? this.#first : undefined;
  }

  /** From this number on; empty when it is the next one. */
  from(number: number): readonly StreamEvent[] {
    return this.#events.slice(number - this.#first);
  }

  has(number: number): boolean {
    return number >= this.#first;
  }

  #drop(count: number): void {
    for (const { cursor } of this.#events.slice(0, count)) {
      if (cursor === undefined) continue;
      this.#base = this.#numberOf.get(cursor) === AMBIGUOUS ? undefined : cursor;
      this.#numberOf.delete(cursor);
    }
    this.#events = this.#events.slice(count);
    this.#first += count;
  }
}
