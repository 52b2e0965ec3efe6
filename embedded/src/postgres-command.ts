import { spawn } from 'node:child_process';
import { EmbeddedError, EmbeddedErrorCode } from './embedded-error.js';
import { launchCommand, type PostgresLaunch } from './postgres-launch.js';

export interface PostgresCommandOptions {
  readonly launch: PostgresLaunch;
  readonly program: string;
  readonly args: readonly string[];
  /** Given on standard input, which is then closed. */
  readonly input?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** What is being done, for the error: `initialise folder "…"`. */
  readonly purpose: string;
}

const keptOutputBytes = 8192;

/** PostgreSQL's programs get no variable of ours: several `PG…` ones would change what they do. */
export const postgresEnvironment: Readonly<Record<string, string>> = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * Runs one of PostgreSQL's programs to its end.
 * @throws COMMAND_FAILED with the last lines of its output; the signal's reason when aborted
 */
export async function runPostgresCommand({ launch, program, args, input = '', timeoutMs, signal, purpose }: PostgresCommandOptions): Promise<void> {
  signal?.throwIfAborted();
  const { command, args: allArgs, options } = launchCommand(launch, program, args);
  const child = spawn(command, allArgs, { ...options, cwd: '/', env: postgresEnvironment, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const keep = (data: Buffer) => void (output = (output + data.toString('utf8')).slice(-keptOutputBytes));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // It may end before it has read all; its exit code tells.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let timedOut = false;
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(() => void ((timedOut = true), kill()), timeoutMs);
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const ended = await new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killedBy) => resolve(code === 0 ? undefined : `exit code ${code ?? killedBy}`));
    });
    signal?.throwIfAborted();
    if (ended === undefined) return;
    const how = timedOut ? `not done after ${timeoutMs / 1000} s` : ended;
    throw new EmbeddedError(EmbeddedErrorCode.CommandFailed, `PostgreSQL could not ${purpose} (${how}): ${lastLines(output)}`);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  }
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-10).join('\n');
}
