import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataServiceHarness } from '@ocopea/broker-conformance';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import { createPostgresDataServiceBroker } from '../index.js';
import { recordsHarness } from './records.js';
import { installedServers, startTestServer, testProgramDirectories, type TestServer } from './test-server.js';

/** A broker whose plan `shared` uses a server of this machine's, and everything that the conformance suite wants to know of it. */
export async function openSharedHarness(): Promise<DataServiceHarness> {
  const [newest] = await installedServers();
  if (newest === undefined) throw new TypeError('there is no PostgreSQL server here to share');
  const server = await startTestServer(newest);
  const directory = await temporaryDirectory();
  const open = () => createPostgresDataServiceBroker({ directory: directory.path, sharedServer: server.administrator, programDirectories: testProgramDirectories });
  let broker = await open();
  return {
    get broker() {
      return broker;
    },
    planId: 'shared',
    otherSettings: { maxConnections: '10' },
    ...recordsHarness,
    // One server, so that a stolen credential is tried at the other database.
    withAddressOf: (credentials, address) => ({ ...credentials, values: { ...credentials.values, database: address.values['database']! } }),
    reopen: async () => {
      await broker.close();
      broker = await open();
    },
    leftovers: () => sharedLeftovers(server, directory.path),
    close: async () => {
      await broker.close();
      await directory[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What is on a server, in notes and in folders that no complete data service accounts for. */
export async function sharedLeftovers(server: TestServer, directory: string): Promise<readonly string[]> {
  const shared = join(directory, 'shared');
  const records = await Promise.all((await readdir(join(shared, 'services'))).map(async (id) => JSON.parse(await readFile(join(shared, 'services', id, 'service.json'), 'utf8')) as { base: string }));
  const bases = records.map(({ base }) => base);
  const files = await Promise.all(['work', 'trash', 'removals'].map(async (name) => (await readdir(join(shared, name))).map((entry) => `${name}/${entry}`)));
  const names = await server.query(async (client) => {
    const { rows } = await client.query<{ name: string }>(`SELECT 'database ' || datname AS name FROM pg_database WHERE datname LIKE 'ocopea%' UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname LIKE 'ocopea%'`);
    return rows.map(({ name }) => name);
  });
  return [...files.flat(), ...names.filter((name) => !bases.some((base) => name.includes(base)))];
}
