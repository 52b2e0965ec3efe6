import { encodeCursorVector, type CursorVector } from './cursor-vector.js';

/** How far a stream has come at each member: where a lost one is resumed, and what the client's cursors are made of. */
export class StreamPlaces {
  /** Where the stream of a member stood before it was subscribed to. */
  readonly #begun = new Map<string, string>();
  /** The last cursor received from each member. */
  readonly #received: Map<string, string>;
  /** The last cursor of each member that the client has taken. */
  readonly #taken: Map<string, string>;

  /** @param given what the client resumes from */
  constructor(given: CursorVector) {
    this.#received = new Map(given);
    this.#taken = new Map(given);
  }

  begun(member: string, place: string): void {
    this.#begun.set(member, place);
  }

  received(member: string, cursor: string): void {
    this.#received.set(member, cursor);
  }

  taken(member: string, cursor: string): void {
    this.#taken.set(member, cursor);
  }

  /** The cursor to subscribe behind; `undefined` for a member whose stream begins. */
  resumeAfter(member: string): string | undefined {
    return this.#received.get(member) ?? this.#begun.get(member);
  }

  /** The cursor for the client. A member that it has no event of yet stands where its stream began. */
  cursor(): string {
    return encodeCursorVector(new Map([...this.#begun, ...this.#taken]));
  }
}
