import { createHash, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

const mask = '***';

/**
 * A text that must not be printed: string conversion, JSON and `util.inspect` (so also `console.log` and log libraries) show
 * `***`. Only {@link Secret.reveal} gives it away, which makes its uses easy to find.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Whether `presented` is this secret, in a time that tells nothing about either. */
  matches(presented: string): boolean {
    return timingSafeEqual(sha256(this.#value), sha256(presented));
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/** Equal lengths whatever the input, as `timingSafeEqual` needs. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
