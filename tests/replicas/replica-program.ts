import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { createMemoryDataServiceBroker } from '@ocopea/data-service-memory';
import { createLogger } from '@ocopea/edge';
import { createMemoryPaasBroker } from '@ocopea/paas-memory';
import { Secret } from '@ocopea/security';
import { startSite } from '@ocopea/site';

/** What the test starts a replica with. */
export interface ReplicaInput {
  readonly executorId: string;
  readonly siteId: string;
  /** The same for all replicas, as is the database. */
  readonly home: string;
  readonly databaseUrl: string;
  readonly adminToken: string;
  /** For the Site, not for this replica. */
  readonly bulkOperations: number;
}

/** What it tells: where it serves, then each deployment of an app service that reaches its broker. */
export type ReplicaMessage = { readonly type: 'serving'; readonly url: string } | { readonly type: 'deploying'; readonly appServiceId: string };

const { executorId, siteId, home, databaseUrl, adminToken, bulkOperations } = JSON.parse(process.argv[2]!) as ReplicaInput;
const tell = (message: ReplicaMessage): void => {
  process.send?.(message);
};
// Deployments stay at the broker until the test lets them go.
const released = new Promise<void>((resolve) => process.once('message', () => resolve()));
const paas = createMemoryPaasBroker({ artifacts: [{ name: 'idle', version: '1.0.0', start: () => ({ close: async () => {} }) }] });
const deploy = paas.deploy.bind(paas);
paas.deploy = async (request, options) => {
  tell({ type: 'deploying', appServiceId: request.appServiceId });
  await released;
  return deploy(request, options);
};
const site = await startSite({
  siteId,
  executorId,
  name: `The Site ${siteId}`,
  location: { label: siteId },
  port: 0,
  databaseUrl,
  home,
  adminToken: new Secret(adminToken),
  version: '0.0.0-test',
  limits: { bulkOperations },
  brokers: { dataService: [createMemoryDataServiceBroker()], paas: [paas], copyRepository: [createMemoryCopyRepositoryBroker()] },
  log: createLogger({ name: executorId, level: 'error' }),
});
tell({ type: 'serving', url: site.url });
