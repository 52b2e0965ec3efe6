import type { StepProgress } from './define-operation.js';
import type { OperationProgress } from './operation-record.js';
import { RateMeter } from './rate-meter.js';

/** Figures of one step as they are kept. */
export interface StepFigures {
  bytesDone: number | null;
  bytesTotal: number | null;
  itemsDone: number | null;
  itemsTotal: number | null;
}

/** What is known of an operation's progress when a process takes it over. */
export interface KnownProgress {
  readonly bytesDone: number;
  readonly itemsDone: number;
  readonly steps: ReadonlyMap<string, StepFigures>;
}

/**
 * Rolls the figures of the steps up to the operation's. What has been shown never falls: a step that runs again counts
 * silently until it passes its own mark.
 */
export class ProgressMeter {
  /** The highest figures each step has reached. */
  readonly #marks = new Map<string, StepFigures>();
  /** What the present run of each step says. */
  readonly #current = new Map<string, StepFigures>();
  readonly #rate: RateMeter;
  readonly #known: KnownProgress;
  #expected: { bytesTotal?: number; itemsTotal?: number } = {};

  /** @param now - milliseconds of a clock that never goes back */
  constructor(known: KnownProgress, now: () => number) {
    this.#known = known;
    this.#rate = new RateMeter(now);
    for (const [name, figures] of known.steps) {
      this.#marks.set(name, { ...figures });
      this.#current.set(name, { ...figures });
    }
  }

  expect(total: { readonly bytesTotal?: number; readonly itemsTotal?: number }): void {
    this.#expected = { ...this.#expected, ...total };
  }

  /** The step begins (again), so it counts from nothing. */
  begin(step: string): void {
    const mark = this.#marks.get(step);
    if (mark === undefined) return;
    this.#current.set(step, { bytesDone: mark.bytesDone === null ? null : 0, bytesTotal: mark.bytesTotal, itemsDone: mark.itemsDone === null ? null : 0, itemsTotal: mark.itemsTotal });
    this.#rate.add(this.#sum(this.#current, 'bytesDone'));
  }

  report(step: string, progress: StepProgress): void {
    const before = this.#current.get(step);
    const current: StepFigures = {
      bytesDone: progress.bytesDone ?? before?.bytesDone ?? null,
      bytesTotal: progress.bytesTotal ?? before?.bytesTotal ?? null,
      itemsDone: progress.itemsDone ?? before?.itemsDone ?? null,
      itemsTotal: progress.itemsTotal ?? before?.itemsTotal ?? null,
    };
    this.#current.set(step, current);
    const mark = this.#marks.get(step);
    const bytesDone = higher(mark?.bytesDone ?? null, current.bytesDone);
    const itemsDone = higher(mark?.itemsDone ?? null, current.itemsDone);
    this.#marks.set(step, {
      bytesDone,
      bytesTotal: current.bytesTotal === null ? null : higher(current.bytesTotal, bytesDone),
      itemsDone,
      itemsTotal: current.itemsTotal === null ? null : higher(current.itemsTotal, itemsDone),
    });
    this.#rate.add(this.#sum(this.#current, 'bytesDone'));
  }

  /** Undefined for a step that reported nothing. */
  figuresOf(step: string): StepFigures | undefined {
    return this.#marks.get(step);
  }

  total(): OperationProgress {
    const bytesDone = Math.max(this.#known.bytesDone, this.#sum(this.#marks, 'bytesDone'));
    const itemsDone = Math.max(this.#known.itemsDone, this.#sum(this.#marks, 'itemsDone'));
    const bytesTotal = this.#whole('bytesDone', 'bytesTotal', bytesDone);
    const bytesPerSecond = this.#rate.perSecond();
    // What the present run has still to do, which is more than the rest of what is shown when a step runs again.
    const left = bytesTotal === null ? null : Math.max(0, bytesTotal - this.#sum(this.#current, 'bytesDone'));
    return {
      bytesDone,
      bytesTotal,
      itemsDone,
      itemsTotal: this.#whole('itemsDone', 'itemsTotal', itemsDone),
      bytesPerSecond,
      etaSeconds: left === null || bytesPerSecond === null ? null : left / bytesPerSecond,
    };
  }

  /** The expected whole; without one the sum of the steps', when every step that counts knows its own. */
  #whole(done: 'bytesDone' | 'itemsDone', total: 'bytesTotal' | 'itemsTotal', reached: number): number | null {
    const expected = this.#expected[total];
    if (expected !== undefined) return Math.max(expected, reached);
    let sum = 0;
    let isKnown = false;
    for (const figures of this.#marks.values()) {
      if (figures[done] === null && figures[total] === null) continue;
      const part = figures[total];
      if (part === null) return null;
      sum += part;
      isKnown = true;
    }
    return isKnown ? Math.max(sum, reached) : null;
  }

  #sum(of: ReadonlyMap<string, StepFigures>, field: 'bytesDone' | 'itemsDone'): number {
    let sum = 0;
    for (const figures of of.values()) sum += figures[field] ?? 0;
    return sum;
  }
}

/** An operation that succeeded has done all there was. */
export function completed(progress: OperationProgress): OperationProgress {
  return {
    bytesDone: progress.bytesDone,
    bytesTotal: progress.bytesTotal === null && progress.bytesDone === 0 ? null : progress.bytesDone,
    itemsDone: progress.itemsDone,
    itemsTotal: progress.itemsTotal === null && progress.itemsDone === 0 ? null : progress.itemsDone,
    bytesPerSecond: null,
    etaSeconds: null,
  };
}

function higher(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
