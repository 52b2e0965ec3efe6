import { mkdir, rename, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, type ByteStream, type CopySource, type WorkProgress } from '@ocopea/broker-contract';
import { EmbeddedErrorCode, findPostgresBinaries, isEmbeddedError, PostgresServer, syncDirectory, type InitialisePostgresOptions } from '@ocopea/embedded';
import { PostgresDataService } from './postgres-data-service.js';
import { newServerPreparation, restoredServerPreparation } from './roles.js';
import type { DataServiceRecord } from './served-data-service.js';
import { serverSettings } from './service-plan.js';
import { unpackBackup } from './unpack-backup.js';

export interface CreateDataServiceOptions {
  readonly record: DataServiceRecord;
  /** Where it is made; not there yet. What is left in it after an error is of no use. */
  readonly workDirectory: string;
  /** Where it appears, complete, in the same file system. */
  readonly directory: string;
  readonly restoreFrom?: Extract<CopySource, { protocol: 'byte-stream/1' }>;
  readonly asRoot?: InitialisePostgresOptions['asRoot'];
  readonly onProgress: (progress: WorkProgress) => void;
  readonly signal: AbortSignal;
}

/** What a server needs besides its content: its log from the first second on. */
const spareBytes = 64 * 1024 * 1024;

/**
 * Makes a data service, not running. Everything happens in the work folder, passwords and the end of old credentials included;
 * then one rename makes it exist.
 *
 * @throws CORRUPT_DATA; CAPACITY_EXCEEDED; NOT_SUPPORTED
 */
export async function createDataService(options: CreateDataServiceOptions): Promise<PostgresDataService> {
  const { record, workDirectory, directory, restoreFrom, asRoot, signal } = options;
  const server = { directory: workDirectory, settings: serverSettings(record.settings), signal, ...(asRoot && { asRoot }) };
  await mkdir(workDirectory, { mode: 0o700 });
  if (restoreFrom === undefined) await PostgresServer.initialise({ ...server, preparation: newServerPreparation });
  else await restore(server, restoreFrom, options);
  await PostgresDataService.seal(workDirectory, record);
  signal.throwIfAborted();
  await rename(workDirectory, directory);
  await syncDirectory(join(directory, '..'));
  const made = await PostgresDataService.open(directory);
  if (made === undefined) throw new BrokerError(BrokerErrorCode.Internal, `data service "${record.dataServiceId}" vanished while it was made; create it again`);
  return made;
}

async function restore(server: InitialisePostgresOptions, source: Extract<CopySource, { protocol: 'byte-stream/1' }>, { onProgress, signal, workDirectory }: CreateDataServiceOptions): Promise<void> {
  const { bavail, bsize } = await statfs(workDirectory);
  if (source.logicalBytes + spareBytes > bavail * bsize) {
    throw new BrokerError(BrokerErrorCode.CapacityExceeded, `the copy has ${source.logicalBytes} bytes, more than the disk has room for; free some space and try again`);
  }
  const { majorVersion } = await findPostgresBinaries();
  const dataDirectory = join(workDirectory, 'data');
  await mkdir(dataDirectory, { mode: 0o700 });
  await unpackBackup({ stream: countTaken(source, onProgress), directory: dataDirectory, majorVersion, signal });
  try {
    await PostgresServer.restore({ ...server, preparation: restoredServerPreparation });
  } catch (error) {
    if (!isEmbeddedError(error, EmbeddedErrorCode.CommandFailed)) throw error;
    throw new BrokerError(BrokerErrorCode.CorruptData, 'PostgreSQL cannot recover from the copy, although all of its files are there; restore another one', { cause: error });
  }
}

/** The stream of a source, and how much of it has been taken. */
async function* countTaken(source: Extract<CopySource, { protocol: 'byte-stream/1' }>, onProgress: (progress: WorkProgress) => void): ByteStream {
  let bytesDone = 0;
  for await (const bytes of source.open()) {
    yield bytes;
    bytesDone += bytes.length;
    onProgress({ bytesDone, bytesTotal: source.logicalBytes });
  }
}
