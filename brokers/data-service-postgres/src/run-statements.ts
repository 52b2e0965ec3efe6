import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { RunOutput, type RunResult } from '@ocopea/broker-contract';
import pg from 'pg';

export interface StatementsRun {
  readonly statements: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** A login with the rights of a dependent, for one run of statements. */
export interface StatementsLogin {
  /** Makes it. Answers how to connect with it. */
  make(password: string): Promise<pg.ClientConfig>;
  /** Ends its sessions, whatever they are doing, and removes it. Idempotent. */
  remove(): Promise<void>;
}

/**
 * The login's binding: a name in the form of one, so that a server made of a copy does not keep it, and none that a caller would choose.
 */
export const statementsBindingId = 'ocopea statements';

/**
 * Runs statements as a dependent of the database would, by a login that is there for so long. A login that a killed process
 * left is removed first, with its session. One at a time.
 */
export async function runStatements(login: StatementsLogin, { statements, deadlineMs, signal }: StatementsRun): Promise<RunResult> {
  const password = randomBytes(24).toString('hex');
  const output = new RunOutput([password]);
  await login.remove();
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const config = await login.make(password);
    const problem = await untilAborted(AbortSignal.any([signal, deadline]), (either) => runIn({ ...config, statement_timeout: deadlineMs }, statements, output, either));
    return problem === undefined ? { end: 'succeeded', output: output.toString() } : { end: 'failed', problem, output: output.toString() };
  } catch (error) {
    if (!deadline.aborted || signal.aborted) throw error;
    return { end: 'late', problem: `they had not ended after ${deadlineMs} ms, and were ended`, output: output.toString() };
  } finally {
    await login.remove();
  }
}

/** Answers what PostgreSQL objects to; undefined for nothing. Rows are left where they are: they may be many, and are the application's. */
async function runIn(config: pg.ClientConfig, statements: string, output: RunOutput, signal: AbortSignal): Promise<string | undefined> {
  const client = new pg.Client({ ...config, options: '', application_name: 'ocopea statements' });
  client.on('error', () => undefined);
  client.on('notice', ({ severity, message }) => output.add(`${severity ?? 'NOTICE'}: ${message}\n`));
  try {
    await client.connect();
    signal.throwIfAborted();
    const query = client.query(new pg.Query(statements));
    query.on('row', () => undefined);
    const [results] = (await once(query, 'end')) as [pg.QueryResult | pg.QueryResult[]];
    for (const { command, rowCount } of [results].flat()) if (command) output.add(`${command}${rowCount === null ? '' : ` ${rowCount}`}\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || signal.aborted) throw error;
    return `${error.message} (SQLSTATE ${error.code})`;
  } finally {
    // Not waited for: the server may be busy with what it was told.
    void client.end().catch(() => undefined);
  }
}

/** The work, or the reason of the signal as soon as it is aborted: the session is ended from outside. */
async function untilAborted<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const aborted = new AbortController();
  const abort = once(signal, 'abort', { signal: aborted.signal }).then(() => Promise.reject(signal.reason as Error));
  abort.catch(() => undefined);
  try {
    signal.throwIfAborted();
    const working = work(signal);
    working.catch(() => undefined);
    return await Promise.race([working, abort]);
  } finally {
    aborted.abort();
  }
}
