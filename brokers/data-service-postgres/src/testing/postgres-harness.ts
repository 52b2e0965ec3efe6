import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataServiceHarness } from '@ocopea/broker-conformance';
import { processesOfDirectory } from '@ocopea/embedded';
import { createPostgresDataServiceBroker } from '../index.js';
import { recordsHarness } from './records.js';

/** A broker in a new folder, and everything that the conformance suite wants to know of it. */
export async function openPostgresHarness(): Promise<DataServiceHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'ocopea-postgres-'));
  let broker = await createPostgresDataServiceBroker({ directory });
  return {
    get broker() {
      return broker;
    },
    planId: 'dedicated',
    otherSettings: { maxConnections: '40' },
    ...recordsHarness,
    withAddressOf: (credentials, address) => ({ ...credentials, values: { ...credentials.values, port: address.values['port']! } }),
    reopen: async () => {
      await broker.close();
      broker = await createPostgresDataServiceBroker({ directory });
    },
    leftovers: async () => {
      const known = new Set((await broker.list({ limit: 1000 })).items.map(({ dataServiceId }) => dataServiceId));
      const left = await Promise.all(['services', 'work', 'trash'].map(async (name) => (await readdir(join(directory, name))).map((entry) => `${name}/${entry}`)));
      const folders = left.flat().filter((path) => !known.has(path.replace('services/', '')));
      return [...folders, ...(await strayProcesses(directory, known))];
    },
    close: async () => {
      await broker.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Processes that run on a folder of no data service. */
async function strayProcesses(directory: string, known: ReadonlySet<string>): Promise<readonly string[]> {
  const accounted = new Set([...known].flatMap((id) => processesOfDirectory(join(directory, 'services', id)).map(({ pid }) => pid)));
  return processesOfDirectory(directory).filter(({ pid }) => !accounted.has(pid)).map(({ pid }) => `process ${pid}`);
}
