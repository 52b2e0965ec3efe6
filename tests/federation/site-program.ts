import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { createMemoryDataServiceBroker } from '@ocopea/data-service-memory';
import { createLogger } from '@ocopea/edge';
import { createMemoryPaasBroker } from '@ocopea/paas-memory';
import { Secret } from '@ocopea/security';
import { startSite } from '@ocopea/site';
import { moveClock } from './move-clock.js';

/** What {@link Federation} starts this program with. */
export interface SiteProgramInput {
  readonly siteId: string;
  readonly home: string;
  readonly databaseUrl: string;
  readonly adminToken: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** What it is told while it runs. */
export type SiteProgramMessage = { readonly clockAheadMs: number } | { readonly close: true };

// A whole Site on memory brokers, in a process of its own: its operations need one, and a test can stop it.
const { siteId, home, databaseUrl, adminToken, port } = JSON.parse(process.argv[2]!) as SiteProgramInput;
const site = await startSite({
  siteId,
  name: `The Site ${siteId}`,
  location: { label: siteId },
  port,
  databaseUrl,
  home,
  adminToken: new Secret(adminToken),
  version: '0.0.0-test',
  brokers: {
    dataService: [createMemoryDataServiceBroker()],
    paas: [createMemoryPaasBroker({ artifacts: [] })],
    copyRepository: [createMemoryCopyRepositoryBroker()],
  },
  log: createLogger({ name: siteId, level: 'error' }),
});
process.send?.({ url: site.url });
process.on('message', (message: SiteProgramMessage) => {
  if ('clockAheadMs' in message) moveClock(message.clockAheadMs);
  else void site.close().then(() => process.exit(0));
});
