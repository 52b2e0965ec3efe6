import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurableFile } from './durable-file.js';

/** Settings of `postgresql.conf` by name; values are written as quoted strings. */
export type PostgresSettings = Readonly<Record<string, string | number | boolean>>;

/** A small footprint, since a machine runs many; durable, since copies of data are what this is about. */
const defaultSettings: PostgresSettings = {
  max_connections: 50,
  shared_buffers: '64MB',
  wal_level: 'replica',
  max_wal_senders: 8,
  max_replication_slots: 8,
  max_wal_size: '512MB',
  fsync: true,
  // Three processes fewer for each server than with the default `worker`.
  io_method: 'sync',
};

/** Not to be changed by the user of the server: who may reach it, and how. */
const fixedSettings: PostgresSettings = {
  listen_addresses: '127.0.0.1',
  // Paths of data folders may be longer than a socket's name can be.
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  ssl: false,
  logging_collector: false,
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
};

const hostBasedAuthentication = `# Written at each start. A password over loopback is the only door.
host all         all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 scram-sha-256
`;

/**
 * Writes the whole configuration of a data folder, except the port, which is an argument of the server. Nothing of an older one stays in force: a folder that came from a copy may
 * name commands to run (`archive_command`), libraries to load, or doors to open. Answers whether anything had to be changed.
 */
export async function configurePostgres(dataDirectory: string, settings: PostgresSettings): Promise<boolean> {
  const wanted = {
    'postgresql.conf': renderSettings({ ...defaultSettings, ...settings, ...fixedSettings }),
    'pg_hba.conf': hostBasedAuthentication,
    'pg_ident.conf': '',
    'postgresql.auto.conf': '',
  };
  let hasChanged = false;
  for (const [name, content] of Object.entries(wanted)) {
    const path = join(dataDirectory, name);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === content) continue;
    await writeDurableFile(path, content);
    hasChanged = true;
  }
  for (const name of ['recovery.signal', 'standby.signal']) await rm(join(dataDirectory, name), { force: true });
  return hasChanged;
}

/** @example renderSettings({ port: 5432, fsync: true }) // "port = '5432'\nfsync = 'on'\n" */
export function renderSettings(settings: PostgresSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${renderValue(value)}'\n`)
    .join('');
}

function renderValue(value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value).replaceAll("'", "''");
}
