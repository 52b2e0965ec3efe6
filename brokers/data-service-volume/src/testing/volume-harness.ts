import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { DataServiceHarness } from '@ocopea/broker-conformance';
import type { Binding } from '@ocopea/broker-contract';
import { createVolumeDataServiceBroker } from '../index.js';

const pathOf = ({ values }: Binding) => values['path']!;

/** A broker in a new folder, and everything that the conformance suite wants to know of it. */
export async function openVolumeHarness(): Promise<DataServiceHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'ocopea-volume-'));
  let broker = await createVolumeDataServiceBroker({ directory });
  return {
    get broker() {
      return broker;
    },
    planId: 'directory',
    write: async (binding, records) => {
      for (let record = 0; record < records; record++) await writeFile(join(pathOf(binding), randomUUID()), randomUUID().repeat(40));
    },
    digest: async (binding) => {
      const hash = createHash('sha256');
      for (const name of (await readdir(pathOf(binding))).sort()) hash.update(name).update(await readFile(join(pathOf(binding), name)));
      return hash.digest('hex');
    },
    withAddressOf: (credentials, address) => ({ ...address, values: { path: join(dirname(pathOf(address)), basename(pathOf(credentials))) } }),
    reopen: async () => {
      await broker.close();
      broker = await createVolumeDataServiceBroker({ directory });
    },
    leftovers: async () => {
      const known = new Set((await broker.list({ limit: 1000 })).items.map(({ dataServiceId }) => dataServiceId));
      const left = await Promise.all(['services', 'work', 'trash'].map(async (name) => (await readdir(join(directory, name))).map((entry) => `${name}/${entry}`)));
      return left.flat().filter((path) => !known.has(path.replace('services/', '')));
    },
    close: async () => {
      await broker.close();
      await rm(directory, { recursive: true });
    },
  };
}
