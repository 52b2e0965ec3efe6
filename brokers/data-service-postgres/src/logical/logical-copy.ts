import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, untilCancelled, type ByteStream, type CopyBarrier } from '@ocopea/broker-contract';
import type pg from 'pg';
import { changeDumpHead } from './dump-stream.js';
import { copiedOwner, latin1, namingBy, utf8, withoutDatabase, withRoles, type FurtherRole } from './logical-roles.js';
import { newClient, programEnvironment, type PostgresAccess } from './postgres-access.js';
import type { PostgresPrograms } from './postgres-programs.js';
import { renameRoles } from './rename-roles.js';
import { runProgram } from './run-program.js';

/** The roles of a data service on its server, and what they are called in copies. */
export interface LogicalRoles {
  /** By name on the server: owner, bindings and all others that belong to the data service. */
  readonly inCopy: ReadonlyMap<string, string>;
  readonly further: readonly FurtherRole[];
}

export interface LogicalCopyOptions {
  readonly label: string;
  /** A login with the owner's rights and no others: what it runs may be made by who uses the database. */
  readonly access: PostgresAccess;
  readonly roles: LogicalRoles;
  readonly programs: PostgresPrograms;
  readonly signal: AbortSignal;
  readonly barrier?: CopyBarrier;
}

/** The moment whose content a copy holds. */
export interface CopyMoment {
  readonly at: Date;
  /** Log sequence number, `0/4000120`. */
  readonly lsn: string;
}

/** Nothing moves for so long only when a lock is in the way, or the target stands still and holds the server's old rows. */
const idleDeadlineMs = 300_000;
const statementMs = 60_000;

/**
 * A copy of one database, taken while it serves, as the archive that `pg_dump --format=custom` writes, with the roles of the
 * data service under names of their own. Memory is bounded: `pg_dump` waits for the consumer.
 *
 * The moment is that of a snapshot: one session takes it, between `arrive` and `leave` of a barrier, and `pg_dump` reads by it.
 */
export class LogicalCopy {
  private taken: CopyMoment | undefined;
  private left: readonly string[] = [];

  constructor(private readonly options: LogicalCopyOptions) {}

  /** Known once the stream has begun. */
  get moment(): CopyMoment | undefined {
    return this.taken;
  }

  /** What the copy lacks, a sentence each; known once the stream has begun. */
  get warnings(): readonly string[] {
    return this.left;
  }

  /**
   * The archive. Its end, whichever way, ends `pg_dump` and the server's sessions.
   * @throws CORRUPT_DATA `pg_dump` wrote no whole archive, although it said so; DEADLINE_EXCEEDED nothing moved for five minutes
   */
  async *stream(): ByteStream {
    const { access, roles, barrier, label, signal } = this.options;
    signal.throwIfAborted();
    const client = newClient(access, statementMs);
    await client.connect();
    try {
      if (barrier !== undefined) await untilCancelled(barrier.arrive(), signal, `copy "${label}"`);
      const snapshot = await this.takeSnapshot(client);
      const naming = namingBy(roles.inCopy);
      yield* changeDumpHead(this.dump(snapshot), (head) => {
        const { entries, leftOut } = renameRoles(withoutDatabase(head.entries), naming, latin1(copiedOwner));
        this.left = leftOut.map(utf8);
        return withRoles({ ...head, entries, database: 'app' }, roles.further);
      });
    } finally {
      // Ends the transaction that keeps the snapshot, also when it is in the middle of a statement.
      await client.end().catch(() => undefined);
    }
  }

  private async takeSnapshot(client: pg.Client): Promise<string> {
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
      const at = new Date();
      const { rows } = await client.query<{ snapshot: string; lsn: string }>('SELECT pg_catalog.pg_export_snapshot() AS snapshot, pg_catalog.pg_current_wal_insert_lsn() AS lsn');
      this.taken = { at, lsn: rows[0]!.lsn };
      return rows[0]!.snapshot;
    } finally {
      this.options.barrier?.leave();
    }
  }

  /** What `pg_dump` writes; the end comes only after it has said that all is well. */
  private async *dump(snapshot: string): ByteStream {
    const { access, programs, signal } = this.options;
    const idle = new AbortController();
    let isTargetSlow = false;
    const { process, ended } = runProgram({
      program: join(programs.directory, 'pg_dump'),
      args: ['--format=custom', '--compress=0', '--no-password', '--no-sync', '--no-subscriptions', '--no-security-labels', '--quote-all-identifiers', `--lock-wait-timeout=${idleDeadlineMs}`, `--snapshot=${snapshot}`],
      environment: programEnvironment(access),
      signal: AbortSignal.any([signal, idle.signal]),
    });
    process.stdin.end();
    const timer = setTimeout(() => idle.abort(stoodStill(isTargetSlow)), idleDeadlineMs);
    try {
      for await (const piece of process.stdout) {
        isTargetSlow = true;
        yield piece as Buffer;
        isTargetSlow = false;
        timer.refresh();
      }
      await ended;
    } finally {
      clearTimeout(timer);
      idle.abort(new BrokerError(BrokerErrorCode.Cancelled, 'the copy was given up'));
      await ended.catch(() => undefined);
    }
  }
}

function stoodStill(byTarget: boolean): BrokerError {
  const who = byTarget ? 'the target took' : 'pg_dump wrote';
  return new BrokerError(BrokerErrorCode.DeadlineExceeded, `${who} nothing for ${idleDeadlineMs / 60_000} minutes; look whether it is well and whether something holds a lock on a whole table, then copy again`);
}
