import type { OperationProgress } from './operation-record.js';

/** What is counted. Names of fields; `figureColumns` has their columns in the same order. */
export const figureNames = [
  'bytesDone',
  'bytesTotal',
  'itemsDone',
  'itemsTotal',
  'bytesRead',
  'bytesNew',
  'bytesStored',
  'bytesVerified',
  'bytesSent',
] as const;
export type FigureName = (typeof figureNames)[number];

export const figureColumns = [
  'bytes_done',
  'bytes_total',
  'items_done',
  'items_total',
  'bytes_read',
  'bytes_new',
  'bytes_stored',
  'bytes_verified',
  'bytes_sent',
] as const;

/** Figures as they are kept; null for what is not counted or not known. */
export type Figures = { -readonly [Name in FigureName]: number | null };

/** The figures of one part of a step; `part` is null for the share that no part has. */
export interface PartFigures extends Figures {
  part: string | null;
}

export function noFigures(): Figures {
  return {
    bytesDone: null,
    bytesTotal: null,
    itemsDone: null,
    itemsTotal: null,
    bytesRead: null,
    bytesNew: null,
    bytesStored: null,
    bytesVerified: null,
    bytesSent: null,
  };
}

/** Adds up. A total is known when it is for each that counts towards it. */
export function sumFigures(all: Iterable<Figures>): Figures {
  const list = [...all];
  const sum = noFigures();
  for (const name of figureNames) {
    const known = list.flatMap((one) => (one[name] === null ? [] : [one[name]]));
    if (known.length > 0) sum[name] = known.reduce((a, b) => a + b, 0);
  }
  for (const [done, total] of [['bytesDone', 'bytesTotal'], ['itemsDone', 'itemsTotal']] as const) {
    if (list.some((one) => one[done] !== null && one[total] === null)) sum[total] = null;
  }
  return sum;
}

/** Figures as clients see them. Rate and rest are of the moment, so kept figures have none. */
export function progressOf(figures: Figures, moment: Pick<OperationProgress, 'bytesPerSecond' | 'etaSeconds'> = { bytesPerSecond: null, etaSeconds: null }): OperationProgress {
  return { ...figures, bytesDone: figures.bytesDone ?? 0, itemsDone: figures.itemsDone ?? 0, ...moment };
}
