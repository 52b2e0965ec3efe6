/**
 * What a broker may answer instead of success. Every broker, embedded or remote, speaks these codes and no others,
 * so that the Site decides by code, never by message.
 */
export const BrokerErrorCode = {
  /** The named service, part, repository, binding or space does not exist. */
  NotFound: 'NOT_FOUND',
  /** The caller-chosen id exists already with other parameters. The same id with the same parameters is no error. */
  AlreadyExists: 'ALREADY_EXISTS',
  /** The request is wrong in itself; repeating it cannot help. The message names the field. */
  InvalidRequest: 'INVALID_REQUEST',
  /** A capability that this broker or plan does not have. The message names it. */
  NotSupported: 'NOT_SUPPORTED',
  /** The thing is in a state that does not allow this, for example bound while being removed. */
  Conflict: 'CONFLICT',
  /** No room: disk full, quota reached, no free port. */
  CapacityExceeded: 'CAPACITY_EXCEEDED',
  /** A port that was asked for by number is in use by someone else. */
  PortInUse: 'PORT_IN_USE',
  /** Bytes do not have the hash or the length they should have. Nothing of them was published. */
  CorruptData: 'CORRUPT_DATA',
  /** The Grant is missing, expired, used up, or for another part, repository or direction. */
  GrantRefused: 'GRANT_REFUSED',
  /** A repository is encrypted and its keys cannot be opened: they are wrapped by other keys, or another passphrase. */
  KeyUnavailable: 'KEY_UNAVAILABLE',
  /** The broker or what it works on cannot be reached now. */
  Unavailable: 'UNAVAILABLE',
  /** The caller's signal was aborted; what the call had made is undone. */
  Cancelled: 'CANCELLED',
  /** A wait reached its deadline; what the call had made is undone. */
  DeadlineExceeded: 'DEADLINE_EXCEEDED',
  /** A defect of the broker. */
  Internal: 'INTERNAL',
} as const;
export type BrokerErrorCode = (typeof BrokerErrorCode)[keyof typeof BrokerErrorCode];

/** Whether repeating the same call may help. `fatal` means the broker itself is not to be trusted any more. */
export type RetryClass = 'terminal' | 'retryable' | 'fatal';

const retryClassOf: Record<BrokerErrorCode, RetryClass> = {
  NOT_FOUND: 'terminal',
  ALREADY_EXISTS: 'terminal',
  INVALID_REQUEST: 'terminal',
  NOT_SUPPORTED: 'terminal',
  CONFLICT: 'terminal',
  CAPACITY_EXCEEDED: 'terminal',
  PORT_IN_USE: 'terminal',
  CORRUPT_DATA: 'terminal',
  GRANT_REFUSED: 'terminal',
  KEY_UNAVAILABLE: 'terminal',
  UNAVAILABLE: 'retryable',
  CANCELLED: 'terminal',
  DEADLINE_EXCEEDED: 'terminal',
  INTERNAL: 'fatal',
};

/**
 * The only error a broker's method rejects with. The message says what happened to which thing and what to do; it goes
 * to people, so it holds no secret, no stack and no internal address. `cause` stays inside the process.
 */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly retry: RetryClass;

  constructor(
    readonly code: BrokerErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.retry = retryClassOf[code];
  }
}

/** True for an error with this code, or for any {@link BrokerError} when no code is given. */
export function isBrokerError(error: unknown, code?: BrokerErrorCode): error is BrokerError {
  return error instanceof BrokerError && (code === undefined || error.code === code);
}
