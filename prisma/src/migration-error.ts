export type MigrationErrorCode =
  /** A file that was applied has other contents now. */
  | 'MIGRATION_CHANGED'
  /** The database has a migration that this release does not know. */
  | 'MIGRATION_UNKNOWN'
  /** A migration's SQL failed; it was rolled back. */
  | 'MIGRATION_FAILED'
  /** Another process holds the migration lock too long. */
  | 'MIGRATION_BUSY';

/** Why a process cannot use its database. The message says what to do. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(
    readonly code: MigrationErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
