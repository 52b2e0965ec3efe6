/** Where the engine says what it does; pino's loggers fit. Fields never hold secrets. */
export interface OperationLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
