import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { createLogger } from '@ocopea/edge';
import { HttpSubgraph, startSupergraphGateway } from '@ocopea/gateway';
import { OcopeaError } from '@ocopea/graph';
import { Authenticator, type Principal } from '@ocopea/security';
import type { HubConfig } from '../config/process-config.js';
import { administratorToken } from './administrator-token.js';
import { announce } from './announce.js';
import { Closers } from './closers.js';
import { configuredDoors } from './door-options.js';
import { supergraphLimits } from './supergraph-limits.js';
import { startTracing } from './tracing.js';
import { untilStopped } from './until-stopped.js';
import { version } from './version.js';

export interface HubOfSupergraphConfig extends HubConfig {
  readonly OCOPEA_SUPERGRAPH: string;
}

/** The Hub as a gateway for a given supergraph, until it is stopped: no Sites, no database, nothing kept but the token. */
export async function runHubOfSupergraph(config: HubOfSupergraphConfig): Promise<void> {
  const stopped = untilStopped();
  const path = resolve(config.OCOPEA_SUPERGRAPH);
  const log = createLogger({ name: 'hub', level: config.OCOPEA_LOG_LEVEL });
  await using closers = new Closers();
  const supergraphSdl = await readSupergraphFile(path);
  const { authenticate, hint } = await doorkeeper(config);
  closers.add(await startTracing({ endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, serviceName: 'ocopea-hub', instanceId: hostname(), version }));
  const doors = await configuredDoors(config);
  const gateway = await startSupergraphGateway({
    ...doors,
    limits: supergraphLimits(doors.limits, config.OCOPEA_NO_AUTH),
    loopbackNamesOnly: config.OCOPEA_NO_AUTH,
    host: config.OCOPEA_HOST,
    port: config.OCOPEA_PORT,
    supergraphSdl,
    source: path,
    connect: (subgraph) => new HttpSubgraph({ ...subgraph, forwardHeaders: config.OCOPEA_FORWARD_HEADERS }),
    authenticate,
    ready: () => ({ ready: true, missing: [] }),
    log,
  });
  closers.add(() => gateway.close());
  announce({ type: 'ready', url: gateway.url }, `The Hub answers at ${gateway.url}/graphql with the supergraph ${path}\n  ${hint}`);
  await stopped;
}

async function readSupergraphFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code ?? 'unknown reason'})`;
    throw new OcopeaError('SUPERGRAPH_INVALID', `the supergraph ${path} ${problem}; give --supergraph a file that this user may read`, { cause });
  }
}

interface Doorkeeper {
  readonly authenticate: (authorization: string | undefined) => Promise<Principal>;
  /** For people: what to bring along. */
  readonly hint: string;
}

async function doorkeeper(config: HubConfig): Promise<Doorkeeper> {
  if (config.OCOPEA_NO_AUTH) return { authenticate: () => Promise.resolve(anonymous), hint: 'no credential is asked for: everyone on this machine is let in' };
  const { token, path } = await administratorToken(config.OCOPEA_HOME, config.OCOPEA_ADMIN_TOKEN_FILE);
  const authenticator = new Authenticator({ adminToken: token });
  return { authenticate: (authorization) => authenticator.authenticate(authorization), hint: `administrator's token: ${path}` };
}

const anonymous: Principal = { kind: 'anonymous', name: 'anonymous' };
