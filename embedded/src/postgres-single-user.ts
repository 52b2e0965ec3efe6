import { findPostgresBinaries } from './postgres-binaries.js';
import { runPostgresCommand } from './postgres-command.js';
import type { PostgresLaunch } from './postgres-launch.js';

export interface SingleUserOptions {
  readonly launch: PostgresLaunch;
  readonly dataDirectory: string;
  readonly database: string;
  /** Statements without a secret in them; line breaks become spaces. */
  readonly statements: readonly string[];
  /** Includes the recovery of a folder that came from a copy. @default 10 minutes */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs statements as the superuser on a data folder that no server has open, without any door being open meanwhile. A
 * folder that needs recovery, from a crash or from a `backup_label`, is recovered first.
 *
 * @throws COMMAND_FAILED at the first statement that fails
 */
export async function runSingleUser({ launch, dataDirectory, database, statements, timeoutMs = 600_000, signal }: SingleUserOptions): Promise<void> {
  const { postgres } = await findPostgresBinaries();
  await runPostgresCommand({
    launch,
    program: postgres,
    // Without exit_on_error it answers 0 whatever happened. Statements stay out of the log: the output ends in our error.
    args: ['--single', '-D', dataDirectory, '-c', 'exit_on_error=on', '-c', 'log_min_error_statement=panic', '-c', 'log_checkpoints=off', database],
    input: statements.map((statement) => `${statement.replaceAll(/\s*\n\s*/g, ' ')}\n`).join(''),
    timeoutMs,
    ...(signal && { signal }),
    purpose: `prepare folder "${dataDirectory}"`,
  });
}
