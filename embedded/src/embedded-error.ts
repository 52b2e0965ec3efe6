/** What can go wrong with what Ocopea runs on this machine by itself. */
export const EmbeddedErrorCode = {
  /** Another living process holds the folder. The message names its pid. */
  DirectoryLocked: 'DIRECTORY_LOCKED',
  /** The folder holds something already, where it had to be new. */
  DirectoryNotEmpty: 'DIRECTORY_NOT_EMPTY',
  /** The folder does not hold what was expected there. */
  NotFound: 'NOT_FOUND',
  /** No free port, or the port that was asked for by number is taken. */
  PortInUse: 'PORT_IN_USE',
  /** A process did not come up. The message ends with the last lines of its output. */
  StartFailed: 'START_FAILED',
  /** A process outlived SIGKILL, for example because it hangs in the kernel. */
  StopFailed: 'STOP_FAILED',
  /** A command ran and ended with an error. The message ends with the last lines of its output. */
  CommandFailed: 'COMMAND_FAILED',
  /** This machine cannot do it. The message says what to change. */
  NotSupported: 'NOT_SUPPORTED',
} as const;
export type EmbeddedErrorCode = (typeof EmbeddedErrorCode)[keyof typeof EmbeddedErrorCode];

/** The error of everything in this package. Its message says what happened to which thing and what to do, and holds no secret. */
export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';

  constructor(
    readonly code: EmbeddedErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** True for an error with this code, or for any {@link EmbeddedError} when no code is given. */
export function isEmbeddedError(error: unknown, code?: EmbeddedErrorCode): error is EmbeddedError {
  return error instanceof EmbeddedError && (code === undefined || error.code === code);
}

/** True for an error of the operating system with one of these codes, such as `ENOENT`. */
export function isSystemError(error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
