import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BrokerError, BrokerErrorCode, isBrokerError, type ByteStream } from '@ocopea/broker-contract';
import { isSystemError } from '@ocopea/embedded';
import type { DumpHead } from './dump-head.js';
import { changeDumpHead } from './dump-stream.js';
import { copiedOwner, latin1, namingBy, takeRoles, utf8, type FurtherRole } from './logical-roles.js';
import { programEnvironment, withClient, type PostgresAccess } from './postgres-access.js';
import type { PostgresPrograms } from './postgres-programs.js';
import { renameRoles } from './rename-roles.js';
import { runProgram } from './run-program.js';
import { quoted } from './sql-words.js';

export interface LogicalRestoreOptions {
  readonly stream: ByteStream;
  /** A login to an empty database, with the owner's rights and no others: what is restored may run whatever it likes. */
  readonly access: PostgresAccess;
  /** Who shall own everything. */
  readonly owner: string;
  /** Makes the further roles. Answers what they are called on this server. @throws CORRUPT_DATA a name is not to be had */
  readonly makeRoles: (roles: readonly FurtherRole[]) => Promise<ReadonlyMap<string, string>>;
  readonly programs: PostgresPrograms;
  readonly signal: AbortSignal;
}

/** Makes statements of a restore faster; what is committed last, and waited for, makes all before it durable. */
const restoreOptions = '-c synchronous_commit=off -c maintenance_work_mem=256MB';
const analyseMs = 3_600_000;

/**
 * Restores a logical copy into an empty database. What is in it after an error is of no use. Whoever calls it commits something
 * afterwards, which makes all of it durable.
 *
 * @throws CORRUPT_DATA the copy is damaged, not whole, or cannot be restored; NOT_SUPPORTED it needs an extension that is not to be had
 */
export async function restoreLogicalCopy(options: LogicalRestoreOptions): Promise<void> {
  const { stream, access, owner, makeRoles, programs, signal } = options;
  const given = new AbortController();
  const environment = programEnvironment(access);
  const { process, ended } = runProgram({
    program: join(programs.directory, 'pg_restore'),
    args: ['--format=custom', '--exit-on-error', '--no-password', '--no-tablespaces', '--no-subscriptions', '--no-security-labels', `--role=${owner}`, `--dbname=${access.database}`],
    environment: { ...environment, PGOPTIONS: `${environment['PGOPTIONS']} ${restoreOptions}` },
    signal: AbortSignal.any([signal, given.signal]),
  });
  process.stdout.resume();
  const archive = changeDumpHead(stream, async (copied) => {
    const { head, roles } = takeRoles(copied);
    await refuseMissingExtensions(access, head);
    const names = new Map([[copiedOwner, owner], ...(await makeRoles(roles))]);
    return { ...head, entries: renameRoles(head.entries, namingBy(names), latin1(owner)).entries };
  });
  const feeding = pipeline(Readable.from(archive, { objectMode: true, highWaterMark: 1 }), process.stdin, { signal }).catch((error: unknown) => {
    // The archive is broken, so pg_restore must not come to its end. A broken pipe is its own end, of which it tells the reason.
    if (!isSystemError(error, 'EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE')) given.abort(error);
    throw error;
  });
  const [fed, restored] = await Promise.allSettled([feeding, ended]);
  if (fed.status === 'rejected' || restored.status === 'rejected') throw causeOf(fed, restored, signal);
  await withClient(access, (client) => client.query(`SET ROLE ${quoted(owner)}; ANALYZE`), analyseMs);
}

/** Only what anybody may add to a database of their own: others are the administrator's to add. */
async function refuseMissingExtensions(access: PostgresAccess, { entries }: DumpHead): Promise<void> {
  const wanted = entries.flatMap(({ kind, tag }) => (kind === 'EXTENSION' && tag !== null ? [utf8(tag)] : []));
  if (wanted.length === 0) return;
  const missing = await withClient(access, async (client) => {
    const { rows } = await client.query<{ name: string; trusted: boolean }>(
      `SELECT wanted.name, coalesce(bool_or(v.trusted), false) AS trusted FROM pg_catalog.unnest($1::text[]) AS wanted(name)
         LEFT JOIN pg_catalog.pg_available_extension_versions v ON v.name = wanted.name GROUP BY 1 HAVING NOT coalesce(bool_or(v.trusted), false) ORDER BY 1`,
      [wanted],
    );
    return rows.map(({ name }) => `"${name}"`);
  });
  if (missing.length === 0) return;
  throw new BrokerError(BrokerErrorCode.NotSupported, `the copy uses PostgreSQL extension ${missing.join(', ')}, which this server does not have, or lets only its administrator add; restore it where it can be added by any user`);
}

/** Of the errors of both sides of a broken pipe, the one that broke it. */
function causeOf(fed: PromiseSettledResult<void>, restored: PromiseSettledResult<void>, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const ofFeeding: unknown = fed.status === 'rejected' ? fed.reason : undefined;
  // The pipe's own error says only that pg_restore is gone.
  if (isBrokerError(ofFeeding)) return ofFeeding;
  const ofRestore: unknown = restored.status === 'rejected' ? restored.reason : undefined;
  if (isBrokerError(ofRestore, BrokerErrorCode.Internal)) return new BrokerError(BrokerErrorCode.CorruptData, `the copy cannot be restored: ${ofRestore.message}`, { cause: ofRestore });
  return ofRestore ?? ofFeeding;
}
