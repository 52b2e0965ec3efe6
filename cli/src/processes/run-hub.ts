import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ocopea/edge';
import { schemaExecutor, startGateway } from '@ocopea/gateway';
import { createHubSubgraph, type HubSubgraph } from '@ocopea/hub';
import { Authenticator, SecretBox, SigningKey } from '@ocopea/security';
import type { HubConfig } from '../config/process-config.js';
import { administratorToken } from './administrator-token.js';
import { announce } from './announce.js';
import { Closers } from './closers.js';
import { configuredDoors } from './door-options.js';
import { openStateDatabase } from './state-database.js';
import { takeHome } from './take-home.js';
import { startTracing } from './tracing.js';
import { untilStopped } from './until-stopped.js';
import { version } from './version.js';

/** The graph of a Site of this version: what the Hub serves before any Site has joined. */
const siteSchema = new URL('../../../schema/site.graphql', import.meta.url);

/** The Hub with its own subgraph in the same process, until it is stopped. */
export async function runHub(config: HubConfig): Promise<void> {
  const stopped = untilStopped();
  const home = config.OCOPEA_HOME;
  const log = createLogger({ name: 'hub', level: config.OCOPEA_LOG_LEVEL });
  await using closers = new Closers();
  const lock = await takeHome(home);
  closers.add(() => lock.release());
  const doors = await configuredDoors(config);
  closers.add(await startTracing({ endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: 'ocopea-hub', instanceId: hostname(), version }));
  const { token, path } = await administratorToken(home, config.OCOPEA_ADMIN_TOKEN_FILE);
  const database = await openStateDatabase({ databaseUrl: config.DATABASE_URL, home, database: 'ocopea_hub', onRestart: (reason) => log.warn({}, reason) });
  closers.add(() => database.close());
  const hub = await createHubSubgraph({
    databaseUrl: database.url,
    signingKey: await SigningKey.loadOrCreate(join(home, 'signing.key')),
    secretBox: await SecretBox.loadOrCreate(join(home, 'secrets.key')),
    log,
  });
  closers.add(() => hub.close());
  const authenticator = new Authenticator({ adminToken: token });
  const gateway = await startGateway({
    ...doors,
    host: config.OCOPEA_HOST,
    port: config.OCOPEA_PORT,
    ordinary: [{ name: hub.name, sdl: hub.sdl, ...schemaExecutor(hub) }],
    partitioned: { name: 'site', baseSdl: await readFile(siteSchema, 'utf8'), registry: hub.registry, localMembers: [localMember(hub.member)] },
    eventSubjects: { copyProgress: 'operation.id', operationProgress: 'operation.id' },
    newsOnly: ['events'],
    streamPositions: { events: 'events', copyProgress: 'events', operationProgress: 'events', healthChanged: 'events' },
    hubToken: hub.hubToken,
    forwardHeaders: config.OCOPEA_FORWARD_HEADERS,
    authenticate: (authorization) => authenticator.authenticate(authorization),
    ready: async () => {
      const missing = await hub.ready();
      return { ready: missing.length === 0, missing: [...missing] };
    },
    onMutation: (record) => hub.recordMutation(record),
    log,
  });
  closers.add(() => gateway.close());
  announce({ type: 'ready', url: gateway.url }, `The Hub answers at ${gateway.url}/graphql\n  administrator's token: ${path}`);
  await stopped;
}

function localMember(member: HubSubgraph['member']) {
  const { id, covers, sdl } = member;
  return { id, covers, sdl, ...schemaExecutor(member) };
}
