import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDurableJson, writeDurableFile } from './durable-file.js';
import { EmbeddedError, EmbeddedErrorCode, isSystemError } from './embedded-error.js';
import type { PostgresSettings } from './postgres-configuration.js';

/** What is kept of a server beside its data. Written last, so its presence means that the folder is complete. */
export interface PostgresServerRecord {
  readonly formatVersion: 1;
  readonly superuser: string;
  readonly settings: PostgresSettings;
  /** Where it listened last, and will again if nobody else does. */
  readonly port?: number;
}

/** The files of a server's folder. */
export const postgresServerFiles = {
  record: (directory: string) => join(directory, 'server.json'),
  /** A file of its own, so that the record can be shown to people. */
  password: (directory: string) => join(directory, 'superuser.password'),
  data: (directory: string) => join(directory, 'data'),
  logs: (directory: string) => join(directory, 'log'),
};

/** @throws NOT_FOUND */
export async function readServerRecord(directory: string): Promise<PostgresServerRecord> {
  const record = await readDurableJson<PostgresServerRecord>(postgresServerFiles.record(directory));
  if (record === undefined) throw new EmbeddedError(EmbeddedErrorCode.NotFound, `folder "${directory}" holds no PostgreSQL server; initialise one there`);
  if (record.formatVersion !== 1) {
    throw new EmbeddedError(EmbeddedErrorCode.NotSupported, `folder "${directory}" was made by a newer Ocopea (format ${String(record.formatVersion)}); use that one`);
  }
  return record;
}

export async function writeServerRecord(directory: string, record: PostgresServerRecord): Promise<void> {
  await writeDurableFile(postgresServerFiles.record(directory), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** The password in the folder, made when there is none: 32 random bytes in hex. */
export async function readOrMakePassword(directory: string): Promise<string> {
  const path = postgresServerFiles.password(directory);
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    const password = randomBytes(32).toString('hex');
    await writeDurableFile(path, `${password}\n`);
    return password;
  }
}
