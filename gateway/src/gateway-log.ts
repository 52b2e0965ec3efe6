/** The part of a structured logger (pino's shape) that the gateway uses. */
export interface GatewayLog {
  error(details: object, message: string): void;
  warn(details: object, message: string): void;
  info(details: object, message: string): void;
  debug(details: object, message: string): void;
}
