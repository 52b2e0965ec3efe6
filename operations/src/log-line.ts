import { cursorInvalid } from '@ocopea/graph';

export const LogLevel = {
  Info: 'INFO',
  /** Something that people should know; the work goes on. */
  Warning: 'WARNING',
  Error: 'ERROR',
} as const;
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** A line before it has its place. */
export interface NewLogLine {
  readonly at: Date;
  readonly level: LogLevel;
  readonly step: string | null;
  readonly message: string;
}

/** One line of what an operation says of its work. */
export interface LogLine extends NewLogLine {
  /** Place in the log of the operation, from 1 on, without gaps. */
  readonly seq: number;
  /** True for the line with which the operation was DONE. */
  readonly isLast: boolean;
}

/** How many lines of one operation are kept; the oldest go first. */
export const MOST_LOG_LINES = 5_000;
/** Longer messages are cut. */
export const MOST_LOG_CHARACTERS = 1_000;

/** Opaque text for a place in the log of an operation. */
export function encodeLogCursor(seq: number): string {
  return Buffer.from(JSON.stringify([1, 'log', seq])).toString('base64url');
}

/** @throws CURSOR_INVALID */
export function decodeLogCursor(text: string, argument = 'after'): number {
  const seq = text.length > 100 ? undefined : parse(text);
  if (seq === undefined) throw cursorInvalid(argument, 'log');
  return seq;
}

function parse(text: string): number | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(value) || value.length !== 3 || value[0] !== 1 || value[1] !== 'log') return undefined;
    const seq: unknown = value[2];
    return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0 ? seq : undefined;
  } catch {
    return undefined;
  }
}
