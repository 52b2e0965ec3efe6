import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';

export interface ProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment. A secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** Kills it. */
  readonly signal: AbortSignal;
}

/** A program under way, with its streams. */
export interface RunningProgram {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  /**
   * Settles when it has ended and its output is taken. @throws the signal's reason; UNAVAILABLE, NOT_SUPPORTED, CAPACITY_EXCEEDED or INTERNAL
   * with what it said last
   */
  readonly ended: Promise<void>;
}

const keptOutputBytes = 16_384;
const maxSaidCharacters = 300;

/** Starts one of PostgreSQL's programs. */
export function runProgram({ program, args, environment, signal }: ProgramOptions): RunningProgram {
  const name = program.split('/').at(-1) ?? program;
  const process = spawn(program, [...args], { cwd: '/', env: { ...environment }, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  process.stderr.on('data', (data: Buffer) => (output = (output + data.toString('utf8')).slice(-keptOutputBytes)));
  const kill = () => process.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  if (signal.aborted) kill();
  const ended = new Promise<void>((resolve, reject) => {
    process.once('error', (error) => reject(new BrokerError(BrokerErrorCode.NotSupported, `${name} does not run here; look at the PostgreSQL client programs of this machine`, { cause: error })));
    process.once('close', (code, killedBy) => {
      if (code === 0) resolve();
      else reject(signal.aborted ? (signal.reason as Error) : failure(name, output, code ?? killedBy ?? 'unknown'));
    });
  }).finally(() => signal.removeEventListener('abort', kill));
  // Whoever waits for it later learns of it; until then it is nobody's surprise.
  ended.catch(() => undefined);
  return { process, ended };
}

/** Only the first line of an error goes to people: those below it may hold rows. */
function failure(name: string, output: string, code: number | string): BrokerError {
  const cause = new Error(`${name} ended with ${code}: ${output.trim()}`);
  const made = (errorCode: BrokerErrorCode, why: string) => new BrokerError(errorCode, why, { cause });
  if (/No space left on device|could not extend file/.test(output)) return made(BrokerErrorCode.CapacityExceeded, "the PostgreSQL server's disk is full; free some space and try again");
  if (/too many connections|remaining connection slots/.test(output)) return made(BrokerErrorCode.Unavailable, 'the PostgreSQL server has no connection free now; try again');
  if (/connection to server|server closed the connection|terminating connection|could not receive data/.test(output)) return made(BrokerErrorCode.Unavailable, 'the PostgreSQL server does not answer now; try again');
  if (/row-level security/.test(output)) {
    return made(BrokerErrorCode.NotSupported, "a table forces row-level security upon its owner, so that not all of its rows can be read; give the administrator's role BYPASSRLS and create the data service anew, or end FORCE ROW LEVEL SECURITY");
  }
  const said = /error: (.*)/.exec(output)?.[1]?.replace(/^query failed: ERROR:\s*/, '').slice(0, maxSaidCharacters);
  return made(BrokerErrorCode.Internal, said === undefined ? `${name} ended with ${code} and said nothing` : `${name} failed: ${said}`);
}
