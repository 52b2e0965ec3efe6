import { encodeCursorVector, type CursorVector } from './cursor-vector.js';
import type { MadeOfEvent } from './stream-event.js';

/** How far a stream has come at each member: where a lost one is resumed, and what the client's cursors are made of. */
export class StreamPlaces {
  /** Where the stream of a member stood before it was subscribed to. */
  readonly #begun = new Map<string, string>();
  /** The last cursor received from each member. */
  readonly #received: Map<string, string>;
  /** The last cursor of each member that the client has taken. */
  readonly #taken: Map<string, string>;
  /** The client's cursor as it was made last; `undefined` when something else has changed since. */
  #cursor: string | undefined;

  /** @param given what the client resumes from */
  constructor(given: CursorVector) {
    this.#received = new Map(given);
    this.#taken = new Map(given);
  }

  begun(member: string, place: string): void {
    this.#begun.set(member, place);
    this.#cursor = undefined;
  }

  received(member: string, cursor: string): void {
    this.#received.set(member, cursor);
  }

  /** The cursor to subscribe behind; `undefined` for a member whose stream begins. */
  resumeAfter(member: string): string | undefined {
    return this.#received.get(member) ?? this.#begun.get(member);
  }

  /**
   * The client's cursor behind this event of a member, whose own cursor is given. A member that it has no event of yet stands
   * where its stream began.
   *
   * @param made - of the event: subscribers of a shared stream come from the same cursor to the same
   */
  cursorBehind(made: MadeOfEvent, member: string, own: string | undefined): string {
    const from = this.#cursor;
    if (own !== undefined) this.#taken.set(member, own);
    const known = made.step;
    if (known && known.from === from) return (this.#cursor = known.to);
    const to = encodeCursorVector(new Map([...new Map([...this.#begun, ...this.#taken])].sort()));
    if (from !== undefined) made.step = { from, to };
    return (this.#cursor = to);
  }
}
