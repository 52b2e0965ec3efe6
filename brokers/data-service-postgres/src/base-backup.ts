import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, untilCancelled, type ByteStream, type CopyBarrier } from '@ocopea/broker-contract';
import type { PostgresServer } from '@ocopea/embedded';
import pg from 'pg';
import { ArchiveWithManifest, manifestEntry } from './archive-with-manifest.js';
import { BlockQueue } from './block-queue.js';
import { CopyDataSocket } from './copy-data-socket.js';
import { laterLog, segmentName, switchLog, type LogPosition } from './later-log.js';

export interface BaseBackupOptions {
  /** Shown in the server's log and in the backup's label file. */
  readonly label: string;
  readonly signal?: AbortSignal;
  /** The taker has done with a block of the stream when it asks for the next one. @default false: blocks are the taker's for good */
  readonly reusesBlocks?: boolean;
  /** Moves the moment to between its `arrive` and its `leave`: what the server wrote since the backup's end is added. */
  readonly barrier?: CopyBarrier;
}

/** The moment whose content a base backup holds. */
export interface BackupEnd {
  readonly at: Date;
  /** Log sequence number, `0/4000120`. */
  readonly lsn: string;
}

/** Small enough to be still in the processor's cache when the taker reads them, and few may wait. */
const blockBytes = 256 * 1024;
const maxBlocks = 8;
/** The manifest comes before its place in the tar is known, so it is held: about 200 bytes for each file of the server. */
const maxManifestBytes = 128 * 1024 * 1024;
/** A copy that stands still holds the server's write-ahead log, which would fill the disk. */
const idleDeadlineMs = 300_000;
/** How long the server may take to end the session of a backup that was given up. */
const terminateMs = 10_000;

/** First byte of each message within the copy stream of `BASE_BACKUP`. @see PostgreSQL's manual, "Streaming Replication Protocol" */
const messageKind = { newArchive: 0x6e, manifest: 0x6d, data: 0x64, progress: 0x70 };

/**
 * A physical copy of a whole server, taken while it serves, as one tar stream: the files as in `pg_basebackup --format=tar
 * --wal-method=fetch`, then `backup_manifest`. Memory is bounded: the server waits for the consumer.
 *
 * Checksums in the manifest are CRC-32C: with SHA-256 the server needs so much longer that copies are a third slower, and
 * whoever stores the stream hashes it anyway.
 */
export class BaseBackup {
  private total: number | undefined;
  private endOfBackup: BackupEnd | undefined;

  constructor(
    private readonly server: PostgresServer,
    private readonly options: BaseBackupOptions,
  ) {}

  /** The server's estimate of the stream's length, once it has begun. */
  get estimatedBytes(): number | undefined {
    return this.total;
  }

  /** Known when the stream has ended. */
  get end(): BackupEnd | undefined {
    return this.endOfBackup;
  }

  /**
   * The tar. Its end, whichever way, ends the server's session and frees what it held.
   * @throws NOT_SUPPORTED there are tablespaces; DEADLINE_EXCEEDED nothing moved for five minutes
   */
  async *stream(): ByteStream {
    const { signal, reusesBlocks = false } = this.options;
    signal?.throwIfAborted();
    const socket = new CopyDataSocket();
    const client = new pg.Client(connection(this.server, socket));
    client.on('error', () => undefined);
    await client.connect();
    const queue = new BlockQueue({ blockBytes, maxBlocks, reusesBlocks, pause: () => socket.pause(), resume: () => socket.resume() });
    const onAbort = () => queue.fail(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    let pid: number | undefined;
    let isComplete = false;
    try {
      pid = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
      socket.setTimeout(idleDeadlineMs, () => queue.fail(stoodStill(socket.isPaused())));
      const running = this.run(client, socket, queue);
      running.catch((error: unknown) => queue.fail(error));
      yield* queue.blocks();
      const backup = await running;
      // Nobody expects anything from the server any more; the session only holds its log.
      socket.setTimeout(0);
      yield* this.untilBarrier(backup.end);
      yield await manifestEntry(backup.manifest);
      isComplete = true;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if (isComplete) await client.end();
      else await this.giveUp(socket, pid);
    }
  }

  /**
   * A server that recovers from a base backup goes on to the end of the log that it finds. So whole segments that come after the
   * backup's move its moment, to where the last of them was closed.
   */
  private async *untilBarrier(end: LogPosition): ByteStream {
    const { barrier } = this.options;
    if (barrier === undefined) {
      this.endOfBackup = await endOf(this.server, end);
      return;
    }
    await untilCancelled(barrier.arrive(), this.options.signal, `copy "${this.options.label}"`);
    let point: LogPosition;
    try {
      point = await switchLog(this.server, end.tli);
      this.endOfBackup = { at: new Date(), lsn: point.recptr };
    } finally {
      barrier.leave();
    }
    yield* laterLog(this.server, end, point);
  }

  private async run(client: pg.Client, socket: CopyDataSocket, queue: BlockQueue): Promise<{ readonly manifest: Buffer; readonly end: LogPosition }> {
    await refuseTablespaces(client);
    // Holds the log that the copy needs, however slowly it is taken. Gone with the session.
    await client.query(`CREATE_REPLICATION_SLOT ocopea_${randomBytes(8).toString('hex')} TEMPORARY PHYSICAL (RESERVE_WAL)`);
    const archive = new ArchiveWithManifest((bytes) => queue.push(bytes));
    const manifest = this.collect(socket, archive, queue);
    const positions = await this.execute(client);
    archive.endArchive();
    queue.end();
    const end = positions.at(-1);
    if (positions.length !== 2 || end === undefined) throw new BrokerError(BrokerErrorCode.Internal, 'the server did not say where the copy ends; it may be of a version that this broker does not know');
    return { manifest: Buffer.concat(manifest), end };
  }

  /** Sorts the messages of the copy stream. Answers the list that the manifest's pieces go to. */
  private collect(socket: CopyDataSocket, archive: ArchiveWithManifest, queue: BlockQueue): readonly Buffer[] {
    const manifest: Buffer[] = [];
    let manifestBytes = 0;
    let archives = 0;
    let inManifest = false;
    let kind: number | undefined;
    socket.onCopyData = (piece, isFirst) => {
      if (isFirst) kind = piece[0];
      const content = isFirst ? piece.subarray(1) : piece;
      switch (kind) {
        case messageKind.data:
          if (!inManifest) return archive.push(content);
          manifestBytes += content.length;
          if (manifestBytes > maxManifestBytes) return queue.fail(tooManyFiles());
          manifest.push(Buffer.from(content));
          return;
        case messageKind.newArchive:
          if (isFirst && ++archives > 1) queue.fail(tablespacesNotSupported([]));
          return;
        case messageKind.manifest:
          inManifest = true;
      }
    };
    return manifest;
  }

  /** Resolves with the rows of log positions: where the backup began, where it ended. */
  private execute(client: pg.Client): Promise<readonly LogPosition[]> {
    const positions: LogPosition[] = [];
    const label = pg.escapeLiteral(this.options.label.replaceAll(/[^\x20-\x7e]/g, '?'));
    const query = new pg.Query(`BASE_BACKUP (LABEL ${label}, PROGRESS true, CHECKPOINT 'fast', WAL true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'CRC32C')`);
    query.on('row', (row: Partial<LogPosition> & { readonly size?: string }) => {
      // Size of the one tablespace, in KiB.
      if (row.size !== undefined) this.total = Number(row.size) * 1024;
      if (row.recptr !== undefined && row.tli !== undefined) positions.push({ recptr: row.recptr, tli: row.tli });
    });
    const done = new Promise<readonly LogPosition[]>((resolve, reject) => {
      query.on('end', () => resolve(positions));
      query.on('error', reject);
    });
    client.query(query);
    return done;
  }

  /** Ends the session although the server is in the middle of it, and waits until it has let go of all. */
  private async giveUp(socket: CopyDataSocket, pid: number | undefined): Promise<void> {
    socket.destroy();
    if (pid === undefined) return;
    // A server that is down holds nothing.
    await this.server.query('postgres', (admin) => admin.query('SELECT pg_terminate_backend($1, $2)', [pid, terminateMs])).catch(() => undefined);
  }
}

function connection(server: PostgresServer, socket: CopyDataSocket): pg.ClientConfig {
  const config = { connectionString: server.connectionString('postgres'), connectionTimeoutMillis: 30_000, application_name: 'ocopea copy', options: '', stream: () => socket };
  // pg takes it, its types do not know it: a session that speaks SQL and the replication commands.
  return Object.assign(config, { replication: 'database' });
}

async function refuseTablespaces(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ spcname: string }>(`SELECT spcname FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global') ORDER BY 1`);
  if (rows.length > 0) throw tablespacesNotSupported(rows.map(({ spcname }) => spcname));
}

/**
 * The end of a backup is where the server switched to a new segment of its log, so the last write to the one before is the moment.
 * No query tells it: PostgreSQL keeps the time of a backup's end in a file that it removes at once.
 */
async function endOf(server: PostgresServer, end: LogPosition): Promise<BackupEnd> {
  const segment = await stat(join(server.dataDirectory, 'pg_wal', segmentName(end)));
  return { at: segment.mtime, lsn: end.recptr };
}

function tablespacesNotSupported(names: readonly string[]): BrokerError {
  const which = names.length === 0 ? '' : ` [${names.join(', ')}]`;
  return new BrokerError(BrokerErrorCode.NotSupported, `a data service with tablespaces of its own${which} cannot be copied; move their content to the default tablespace and drop them`);
}

function tooManyFiles(): BrokerError {
  return new BrokerError(BrokerErrorCode.NotSupported, 'the data service consists of too many files to be copied physically; drop tables that nobody needs');
}

function stoodStill(byConsumer: boolean): BrokerError {
  const who = byConsumer ? 'the target took' : 'the PostgreSQL server sent';
  return new BrokerError(BrokerErrorCode.DeadlineExceeded, `${who} nothing for ${idleDeadlineMs / 60_000} minutes; look whether it is well, then copy again`);
}
