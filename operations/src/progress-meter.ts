import type { StepProgress } from './define-operation.js';
import type { OperationProgress, PartProgress } from './operation-record.js';
import { figureNames, noFigures, progressOf, sumFigures, type Figures, type PartFigures } from './progress-figures.js';
import { RateMeter } from './rate-meter.js';

/** What is known of an operation's progress when a process takes it over. */
export interface KnownProgress {
  readonly bytesDone: number;
  readonly itemsDone: number;
  /** By the names of the steps. */
  readonly steps: ReadonlyMap<string, readonly PartFigures[]>;
}

/** The share of one part in one step. */
interface Cell {
  readonly step: string;
  readonly part: string | null;
  /** The highest figures that were reached. */
  mark: Figures;
  /** What the present run of the step says. */
  current: Figures;
}

type Expected = { bytesTotal?: number; itemsTotal?: number };

/**
 * Rolls the figures of the steps, and of parts in them, up to the operation's and to each part's. What has been shown never
 * falls: a step that runs again counts silently until it passes its own mark.
 */
export class ProgressMeter {
  readonly #cells: Cell[] = [];
  readonly #rate: RateMeter;
  readonly #partRates = new Map<string, RateMeter>();
  readonly #parts = new Set<string>();
  readonly #expected = new Map<string | null, Expected>();

  /** @param now - milliseconds of a clock that never goes back */
  constructor(
    private readonly known: KnownProgress,
    private readonly now: () => number,
  ) {
    this.#rate = new RateMeter(now);
    for (const [step, parts] of known.steps) {
      for (const { part, ...figures } of parts) {
        this.#cells.push({ step, part, mark: { ...figures }, current: { ...figures } });
        if (part !== null) this.#parts.add(part);
      }
    }
  }

  expect({ part, ...total }: { readonly part?: string; readonly bytesTotal?: number; readonly itemsTotal?: number }): void {
    if (part !== undefined) this.#parts.add(part);
    this.#expected.set(part ?? null, { ...this.#expected.get(part ?? null), ...total });
  }

  /** The step begins (again), so it counts from nothing. */
  begin(step: string): void {
    for (const cell of this.#cells) {
      if (cell.step !== step) continue;
      const { mark } = cell;
      cell.current = noFigures();
      for (const name of figureNames) if (mark[name] !== null) cell.current[name] = name.endsWith('Total') ? mark[name] : 0;
      this.#measure(cell.part);
    }
  }

  report(step: string, { part, ...progress }: StepProgress): void {
    const cell = this.#cellOf(step, part ?? null);
    const { current, mark } = cell;
    for (const name of figureNames) {
      const figure = progress[name];
      if (figure !== undefined) current[name] = figure;
    }
    for (const name of figureNames) mark[name] = name.endsWith('Total') ? current[name] : higher(mark[name], current[name]);
    if (mark.bytesTotal !== null) mark.bytesTotal = higher(mark.bytesTotal, mark.bytesDone);
    if (mark.itemsTotal !== null) mark.itemsTotal = higher(mark.itemsTotal, mark.itemsDone);
    this.#measure(cell.part);
  }

  /** How far a part of a step has come in any run; undefined when it has told nothing. */
  reached(step: string, part: string | undefined): Readonly<Figures> | undefined {
    const mark = this.#cells.find((cell) => cell.step === step && cell.part === (part ?? null))?.mark;
    return mark && { ...mark };
  }

  get partCount(): number {
    return this.#parts.size;
  }

  /** Of the whole step. Undefined when it reported nothing. */
  figuresOf(step: string): Figures | undefined {
    const cells = this.#cells.filter((cell) => cell.step === step);
    return cells.length === 0 ? undefined : sumFigures(cells.map(({ mark }) => mark));
  }

  /** How the step's figures fall to parts; empty when none was named. */
  partsOf(step: string): readonly PartFigures[] {
    const cells = this.#cells.filter((cell) => cell.step === step);
    return cells.some(({ part }) => part !== null) ? cells.map(({ part, mark }) => ({ part, ...mark })) : [];
  }

  total(): OperationProgress {
    return this.#roll(this.#cells, this.#rate, this.known, { ...this.#expectedOfParts(), ...this.#expected.get(null) });
  }

  /** Each part in all steps together. */
  parts(): readonly PartProgress[] {
    return [...this.#parts].map((name) => {
      const cells = this.#cells.filter((cell) => cell.part === name);
      return { name, progress: this.#roll(cells, this.#partRates.get(name), { bytesDone: 0, itemsDone: 0 }, this.#expected.get(name) ?? {}) };
    });
  }

  #roll(cells: readonly Cell[], rate: RateMeter | undefined, least: { readonly bytesDone: number; readonly itemsDone: number }, expected: Expected): OperationProgress {
    const sum = sumFigures(cells.map(({ mark }) => mark));
    const bytesDone = Math.max(least.bytesDone, sum.bytesDone ?? 0);
    const itemsDone = Math.max(least.itemsDone, sum.itemsDone ?? 0);
    const whole = (total: number | null | undefined, reached: number): number | null => (total == null ? null : Math.max(total, reached));
    const bytesTotal = whole(expected.bytesTotal ?? sum.bytesTotal, bytesDone);
    const itemsTotal = whole(expected.itemsTotal ?? sum.itemsTotal, itemsDone);
    const bytesPerSecond = rate?.perSecond() ?? null;
    // What the present run has still to do, which is more than the rest of what is shown when a step runs again.
    const left = bytesTotal === null ? null : Math.max(0, bytesTotal - bytesNow(cells));
    const etaSeconds = left === null || bytesPerSecond === null ? null : left / bytesPerSecond;
    return progressOf({ ...sum, bytesDone, bytesTotal, itemsDone, itemsTotal }, { bytesPerSecond, etaSeconds });
  }

  /** The whole, when it is known of each part. */
  #expectedOfParts(): Expected {
    const all = [...this.#parts].map((part) => this.#expected.get(part) ?? {});
    const sum = (name: keyof Expected): number | undefined =>
      all.length > 0 && all.every((one) => one[name] !== undefined) ? all.reduce((total, one) => total + (one[name] ?? 0), 0) : undefined;
    const [bytesTotal, itemsTotal] = [sum('bytesTotal'), sum('itemsTotal')];
    return { ...(bytesTotal !== undefined && { bytesTotal }), ...(itemsTotal !== undefined && { itemsTotal }) };
  }

  #cellOf(step: string, part: string | null): Cell {
    const found = this.#cells.find((cell) => cell.step === step && cell.part === part);
    if (found !== undefined) return found;
    const cell: Cell = { step, part, mark: noFigures(), current: noFigures() };
    this.#cells.push(cell);
    if (part !== null) this.#parts.add(part);
    return cell;
  }

  #measure(part: string | null): void {
    this.#rate.add(bytesNow(this.#cells));
    if (part === null) return;
    const rate = this.#partRates.get(part) ?? new RateMeter(this.now);
    this.#partRates.set(part, rate);
    rate.add(bytesNow(this.#cells.filter((cell) => cell.part === part)));
  }
}

/** An operation that succeeded has done all there was. */
export function completed(progress: OperationProgress): OperationProgress {
  return {
    ...atRest(progress),
    bytesTotal: progress.bytesTotal === null && progress.bytesDone === 0 ? null : progress.bytesDone,
    itemsTotal: progress.itemsTotal === null && progress.itemsDone === 0 ? null : progress.itemsDone,
  };
}

/** Nothing moves any more. */
export function atRest(progress: OperationProgress): OperationProgress {
  return { ...progress, bytesPerSecond: null, etaSeconds: null };
}

function bytesNow(cells: readonly Cell[]): number {
  return cells.reduce((sum, { current }) => sum + (current.bytesDone ?? 0), 0);
}

function higher(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
