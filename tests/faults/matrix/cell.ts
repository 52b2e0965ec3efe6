import type { FaultBed } from './fault-bed.js';
import type { Verdict } from './verdict.js';

/** One fault at one moment. */
export interface Cell {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  /** It has nothing to do with the fabric. @default false */
  readonly isApart?: boolean;
  run(bed: FaultBed): Promise<Verdict>;
}

/** How a cell is chosen and remembered. */
export function idOf({ table, row, column }: Pick<Cell, 'table' | 'row' | 'column'>): string {
  return `${table} / ${row} / ${column}`;
}
