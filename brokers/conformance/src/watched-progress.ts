import assert from 'node:assert/strict';
import type { WorkProgress } from '@ocopea/broker-contract';

/** Collects the progress of one call and checks what holds for all progress. */
export class WatchedProgress {
  readonly #startedAt = performance.now();
  #last: WorkProgress | undefined;
  #calls = 0;
  #fault: string | undefined;

  readonly onProgress = (progress: WorkProgress): void => {
    this.#calls++;
    for (const name of ['bytesDone', 'bytesNew', 'bytesStored'] as const) {
      const [before, now] = [this.#last?.[name], progress[name]];
      // Thrown later: a broker need not expect its caller's callback to throw.
      if (before !== undefined && (now ?? 0) < before) this.#fault ??= `${name} fell from ${before} to ${now}`;
    }
    this.#last = progress;
  };

  get bytesDone(): number {
    return this.#last?.bytesDone ?? 0;
  }

  /** The last figures that were told. */
  get last(): WorkProgress {
    return this.#last ?? { bytesDone: 0 };
  }

  /** Progress was told at all, never fell, never passed `bytes`, and came about ten times a second or less. */
  assertEndedAt(bytes: number): void {
    assert.equal(this.#fault, undefined);
    assert.ok(this.#calls > 0, 'no progress was told');
    assert.ok(this.bytesDone <= bytes, `progress says ${this.bytesDone} bytes of ${bytes}`);
    const seconds = (performance.now() - this.#startedAt) / 1000;
    assert.ok(this.#calls <= 10 + 15 * seconds, `${this.#calls} progress calls in ${seconds.toFixed(1)} s`);
  }
}
