import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBrokerError, type DataServiceBroker } from '@ocopea/broker-contract';
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { createS3CopyRepositoryBroker } from '@ocopea/copy-repository-s3';
import { createPostgresDataServiceBroker } from '@ocopea/data-service-postgres';
import { createVolumeDataServiceBroker } from '@ocopea/data-service-volume';
import { createLogger, type Logger } from '@ocopea/edge';
import { createProcessPaasBroker } from '@ocopea/paas-process';
import { JoinToken, SecretBox } from '@ocopea/security';
import { startSite, type SiteBrokers, type SiteLimits } from '@ocopea/site';
import type { SiteConfig } from '../config/process-config.js';
import { sharedServerOf } from '../config/shared-postgres.js';
import { administratorToken } from './administrator-token.js';
import { announce } from './announce.js';
import { Closers } from './closers.js';
import { configuredDoors } from './door-options.js';
import { openStateDatabase } from './state-database.js';
import { takeHome } from './take-home.js';
import { startTracing } from './tracing.js';
import { untilStopped } from './until-stopped.js';
import { version } from './version.js';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));

/** A Site with its embedded brokers, until it is stopped. */
export async function runSite(config: SiteConfig): Promise<void> {
  const stopped = untilStopped();
  const { OCOPEA_HOME: home, OCOPEA_SITE_ID: siteId, OCOPEA_SITE_NAME: name = siteId } = config;
  const log = createLogger({ name: `site ${siteId}`, level: config.OCOPEA_LOG_LEVEL });
  await using closers = new Closers();
  const lock = await takeHome(home);
  closers.add(() => lock.release());
  const doors = await configuredDoors(config);
  closers.add(await startTracing({ endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: 'ocopea-site', instanceId: siteId, version }));
  const { token, path } = await administratorToken(home, config.OCOPEA_ADMIN_TOKEN_FILE);
  const database = await openStateDatabase({ databaseUrl: config.DATABASE_URL, home, database: 'ocopea_site', onRestart: (reason) => log.warn({}, reason) });
  closers.add(() => database.close());
  const brokers = await openBrokers(config, closers, log);
  const site = await startSite({
    siteId,
    name,
    location: {
      label: config.OCOPEA_SITE_LOCATION ?? name,
      ...(config.OCOPEA_SITE_LATITUDE !== undefined && { latitude: config.OCOPEA_SITE_LATITUDE }),
      ...(config.OCOPEA_SITE_LONGITUDE !== undefined && { longitude: config.OCOPEA_SITE_LONGITUDE }),
    },
    version,
    host: config.OCOPEA_HOST,
    port: config.OCOPEA_PORT,
    ...(config.OCOPEA_PUBLIC_URL !== undefined && { publicUrl: config.OCOPEA_PUBLIC_URL }),
    databaseUrl: database.url,
    home,
    adminToken: token,
    brokers,
    doors,
    limits: limitsOfWork(config),
    log,
  });
  closers.add(() => site.close());
  const joinToken = new JoinToken(home);
  announce(
    { type: 'ready', url: site.url, joinToken: (await joinToken.ensure()).reveal() },
    `Site ${siteId} answers at ${site.url}/graphql\n  administrator's token: ${path}\n  token for one Hub to join: ${joinToken.path}`,
  );
  await stopped;
}

function limitsOfWork(config: SiteConfig): Partial<SiteLimits> {
  const { OCOPEA_BULK_OPERATIONS: bulkOperations, OCOPEA_REPOSITORY_OPERATIONS: repositoryOperations, OCOPEA_QUEUE_DEADLINE_MS: queueMs } = config;
  return {
    ...(bulkOperations !== undefined && { bulkOperations }),
    ...(repositoryOperations !== undefined && { repositoryOperations }),
    ...(queueMs !== undefined && { queueMs }),
  };
}

async function openBrokers(config: SiteConfig, closers: Closers, log: Logger): Promise<SiteBrokers> {
  const { OCOPEA_HOME: home, OCOPEA_ARTIFACTS: artifacts } = config;
  const sharedServer = await sharedServerOf(config);
  const postgres = await createPostgresDataServiceBroker({
    directory: join(home, 'data-services'),
    programDirectories: config.OCOPEA_POSTGRES_PROGRAMS,
    ...(sharedServer && { sharedServer }),
    onWarning: (reason) => log.warn({ reason }, 'the plan "shared" of PostgreSQL is not as it should be'),
  });
  closers.add(() => postgres.close());
  const volume = await openVolumes(join(home, 'volumes'), log);
  if (volume !== undefined) closers.add(() => volume.close());
  // The box that the Site keeps its secrets in, so that one file (and its backup) opens everything.
  const keyEncryption = await SecretBox.loadOrCreate(join(home, 'secrets.key'));
  const folders = createFilesystemCopyRepositoryBroker({ directory: join(home, 'copies'), keyEncryption });
  closers.add(() => folders.close());
  const buckets = createS3CopyRepositoryBroker({ directory: join(home, 'copies-s3'), keyEncryption });
  closers.add(() => buckets.close());
  const paas = await createProcessPaasBroker({ directory: join(home, 'app-services'), artifactRoots: artifacts?.split(delimiter).filter(Boolean) ?? [examples] });
  closers.add(() => paas.close());
  return { dataService: volume === undefined ? [postgres] : [postgres, volume], paas: [paas], copyRepository: [folders, buckets] };
}

/** A machine that cannot keep volumes can do all the rest. */
async function openVolumes(directory: string, log: Logger): Promise<DataServiceBroker | undefined> {
  try {
    return await createVolumeDataServiceBroker({ directory });
  } catch (error) {
    if (!isBrokerError(error, 'NOT_SUPPORTED')) throw error;
    log.warn({ reason: error.message }, 'this Site offers no volumes');
    return undefined;
  }
}
