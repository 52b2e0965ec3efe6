import { pino, stdTimeFunctions, type DestinationStream } from 'pino';

/** Structured logging as pino has it. Field names are plain words; secrets are `Secret` objects, which print as `***`. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger that adds these fields to every line. */
  child(fields: Record<string, unknown>): Logger;
}

export interface CreateLoggerOptions {
  /** The process, for example `site eu-central`. */
  readonly name: string;
  /** @default 'info' */
  readonly level?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** @default standard output */
  readonly destination?: DestinationStream;
}

/** JSON lines with ISO 8601 times. Headers that carry credentials are cut out wherever they are logged. */
export function createLogger({ name, level = 'info', destination }: CreateLoggerOptions): Logger {
  const options = {
    name,
    level,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', '*.authorization', '*.*.authorization', 'grant', '*.grant'], censor: '***' },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** Logs nothing: for tests. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
