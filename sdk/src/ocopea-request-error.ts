/** A request or subscription that did not succeed: the server's code and message, or one of the transport's. */
export class OcopeaRequestError extends Error {
  override readonly name = 'OcopeaRequestError';
  /** The Site it concerns, where it concerns one. */
  readonly site: string | undefined;
  /** All errors of the answer. */
  readonly errors: readonly { readonly message: string; readonly code: string }[];

  constructor(
    /** A code of `docs/reference/errors.md`, or `UNREACHABLE` when nobody answered. */
    readonly code: string,
    message: string,
    options: { cause?: unknown; site?: string | undefined; errors?: readonly { message: string; code: string }[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.site = options.site;
    this.errors = options.errors ?? [{ code, message }];
  }
}
