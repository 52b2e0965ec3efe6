import { mkdir, rename, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode, type WorkProgress } from '@ocopea/broker-contract';
import { EmbeddedErrorCode, findPostgresBinaries, isEmbeddedError, PostgresServer, syncDirectory, type InitialisePostgresOptions } from '@ocopea/embedded';
import { countTaken } from './counted-streams.js';
import { admitAgent, dismissAgent, makeDedicatedRoles, newAgentPassword } from './dedicated-agent.js';
import { dumpVersionOf } from './logical/logical-format.js';
import { restoreLogicalCopy } from './logical/logical-restore.js';
import { programsToRestore, type PostgresPrograms } from './logical/postgres-programs.js';
import { PostgresDataService } from './postgres-data-service.js';
import { newServerPreparation, ownerRole, restoredServerPreparation } from './roles.js';
import type { ByteStreamSource, DataServiceRecord } from './served-data-service.js';
import { serverSettings } from './service-plan.js';
import { unpackBackup } from './unpack-backup.js';

export interface CreateDataServiceOptions {
  readonly record: DataServiceRecord;
  /** Where it is made; not there yet. What is left in it after an error is of no use. */
  readonly workDirectory: string;
  /** Where it appears, complete, in the same file system. */
  readonly directory: string;
  readonly restoreFrom?: { readonly format: string; readonly source: ByteStreamSource };
  readonly programs: readonly PostgresPrograms[];
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
  const { record, workDirectory, directory, restoreFrom, programs, asRoot, signal } = options;
  const server = { directory: workDirectory, settings: serverSettings(record.settings), signal, ...(asRoot && { asRoot }) };
  await mkdir(workDirectory, { mode: 0o700 });
  if (restoreFrom === undefined) await PostgresServer.initialise({ ...server, preparation: newServerPreparation });
  else if (dumpVersionOf(restoreFrom.format) === undefined) await restore(server, restoreFrom.source, options);
  else await restoreLogically(server, restoreFrom, options);
  await PostgresDataService.seal(workDirectory, record);
  signal.throwIfAborted();
  await rename(workDirectory, directory);
  await syncDirectory(join(directory, '..'));
  const made = await PostgresDataService.open(directory, programs);
  if (made === undefined) throw new BrokerError(BrokerErrorCode.Internal, `data service "${record.dataServiceId}" vanished while it was made; create it again`);
  return made;
}

async function restore(server: InitialisePostgresOptions, source: ByteStreamSource, { onProgress, signal, workDirectory }: CreateDataServiceOptions): Promise<void> {
  await refuseTooLarge(source, workDirectory);
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

/** The server runs in its work folder for as long as it takes, and only the broker's own login can connect to it. */
async function restoreLogically(options: InitialisePostgresOptions, { format, source }: NonNullable<CreateDataServiceOptions['restoreFrom']>, { programs, onProgress, signal, workDirectory }: CreateDataServiceOptions): Promise<void> {
  const { majorVersion } = await findPostgresBinaries();
  const fitting = programsToRestore(programs, dumpVersionOf(format) ?? 0, majorVersion);
  await refuseTooLarge(source, workDirectory);
  const server = await PostgresServer.initialise({ ...options, preparation: newServerPreparation });
  await server.start({ signal });
  try {
    const access = await admitAgent(server, newAgentPassword());
    await restoreLogicalCopy({ stream: countTaken(source, onProgress), access, owner: ownerRole, makeRoles: (roles) => makeDedicatedRoles(server, roles), programs: fitting, signal });
    await dismissAgent(server);
  } finally {
    // Writes all of it down.
    await server.stop();
  }
}

async function refuseTooLarge({ logicalBytes }: ByteStreamSource, directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (logicalBytes + spareBytes <= bavail * bsize) return;
  throw new BrokerError(BrokerErrorCode.CapacityExceeded, `the copy has ${logicalBytes} bytes, more than the disk has room for; free some space and try again`);
}
