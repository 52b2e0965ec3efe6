/** A failure of a command, told to people in one line. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    /** 1: it did not succeed. 2: it was asked wrongly. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}
