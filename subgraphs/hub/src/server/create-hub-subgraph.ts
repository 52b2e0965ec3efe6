import type { MutationRecord } from '@ocopea/edge';
import { applyMigrations, migrationsDirectory } from '@ocopea/migrations';
import { createOperationEngine, PostgresListener, type OperationEngine, type OperationLog } from '@ocopea/operations';
import { issueHubToken, type Principal, type SecretBox, type SigningKey } from '@ocopea/security';
import type { GraphQLSchema } from 'graphql';
import { defaultHubLimits, type HubLimits } from '../config/hub-limits.js';
import { repairCopyDefinition } from '../domain/copies/repair-copy.js';
import { restoreCopyAtDefinition } from '../domain/copies/restore-copy-at.js';
import { sendCopyDefinition } from '../domain/copies/send-copy.js';
import type { HubContext } from '../domain/hub-context.js';
import { probeSite } from '../domain/sites/probe-site.js';
import { registerSite, type RegisterSite } from '../domain/sites/register-site.js';
import type { RegisteredSite } from '../domain/sites/registered-site.js';
import { SiteClient } from '../domain/sites/site-client.js';
import { recordSiteConnection } from '../domain/sites/site-connection-event.js';
import { SiteConnections } from '../domain/sites/site-connections.js';
import { SiteRegistry } from '../domain/sites/site-registry.js';
import type { HubRequestContext } from '../resolvers/hub-request-context.js';
import { hubSchema } from '../resolvers/hub-schema.js';
import { memberSchema } from '../resolvers/member-schema.js';
import { openDatabase } from '../store/open-database.js';
import { writeAuditRecord } from './audit.js';

export interface HubSubgraphOptions {
  /** The Hub's own database; migrations are applied. */
  readonly databaseUrl: string;
  /** As Sites know it. @default 'hub' */
  readonly hubId?: string;
  /** The same over restarts of one process, another for each replica of the Hub. @default 'hub' */
  readonly executorId?: string;
  /** Signs the tokens for Sites. */
  readonly signingKey: SigningKey;
  /** Seals what operations keep. */
  readonly secretBox: SecretBox;
  readonly limits?: Partial<HubLimits>;
  readonly log: OperationLog;
}

/** What the gateway needs to serve a schema of this process. */
export interface ServedSchema {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
  /** The context of a request's resolvers, from what the gateway knows of the request. */
  contextValue(request: { readonly context: unknown; readonly signal: AbortSignal }): HubRequestContext;
}

/** The Hub's part that knows Sites and orchestrates over them; the gateway serves it. */
export interface HubSubgraph extends ServedSchema {
  readonly name: 'hub';
  /** The Hub as a partial member of the subgraph `site`, for its own operations and events. */
  readonly member: ServedSchema & { readonly id: 'hub'; readonly covers: 'part' };
  readonly registry: SiteRegistry;
  readonly engine: OperationEngine;
  /** A token by which the Hub asks a Site, for a caller or, without one, for itself. */
  hubToken(siteId: string, caller: Principal | undefined, ttlSeconds: number): Promise<string>;
  /** Joins with a Site from code; again is no error. See {@link registerSite}. */
  registerSite(request: RegisterSite): Promise<RegisteredSite>;
  recordMutation(record: MutationRecord): Promise<void>;
  /** What is missing to serve; empty when nothing is. */
  ready(): Promise<readonly string[]>;
  /** Interrupts operations, which the next start resumes. */
  close(): Promise<void>;
}

/**
 * Opens the Hub's state: migrates its database, resumes its operations, probes its Sites.
 *
 * @throws MigrationError; CONFLICT another process runs the same executor
 */
export async function createHubSubgraph(options: HubSubgraphOptions): Promise<HubSubgraph> {
  const { databaseUrl, signingKey, secretBox, log, hubId = 'hub', executorId = 'hub' } = options;
  const limits = { ...defaultHubLimits, ...options.limits };
  await applyMigrations({ databaseUrl, directory: migrationsDirectory('hub') });
  const database = openDatabase(databaseUrl);
  const listener = new PostgresListener({ databaseUrl, log });
  const registry = new SiteRegistry({ database, listener, log });
  const itself: Principal = { kind: 'hub', name: hubId };
  const hubToken: HubSubgraph['hubToken'] = (siteId, caller = itself, ttlSeconds) =>
    issueHubToken({ key: signingKey, hubId, siteId, caller, ttlSeconds });
  const sites = new SiteClient({ registry, hubToken: (siteId, caller) => hubToken(siteId, caller, 60), limits });
  const connections = new SiteConnections({
    registry,
    probe: (siteId, signal) => probeSite(sites, siteId, itself, signal),
    onState: (siteId, from, to) => recordSiteConnection(hub, siteId, from, to),
    limits,
    log,
  });
  // Definitions and engine need each other; a definition asks for the engine only while it runs.
  let engine: OperationEngine | undefined;
  const hub: HubContext = {
    hubId,
    database,
    registry,
    connections,
    sites,
    get engine() {
      if (engine === undefined) throw new Error('invariant: the operation engine of the Hub is used before it has started');
      return engine;
    },
    signingKey,
    limits,
    log,
  };
  const close = async (): Promise<void> => {
    await connections.close();
    await engine?.close();
    await listener.close();
    await database.$disconnect();
  };
  try {
    await listener.open();
    await registry.open();
    const definitions = [sendCopyDefinition(hub), restoreCopyAtDefinition(hub), repairCopyDefinition(hub)];
    engine = await createOperationEngine({ databaseUrl, ownerId: 'hub', executorId, definitions, log, secretBox });
    connections.start();
  } catch (error) {
    await close();
    throw error;
  }
  return hubSubgraph(hub, { hubToken, close });
}

function hubSubgraph(hub: HubContext, { hubToken, close }: Pick<HubSubgraph, 'hubToken' | 'close'>): HubSubgraph {
  const contextValue: ServedSchema['contextValue'] = ({ context, signal }) => ({
    hub,
    principal: (context as { readonly principal: Principal }).principal,
    signal,
  });
  let closing: Promise<void> | undefined;
  return {
    name: 'hub',
    ...hubSchema(),
    contextValue,
    member: { id: 'hub', covers: 'part', ...memberSchema(), contextValue },
    registry: hub.registry,
    engine: hub.engine,
    hubToken,
    registerSite: (request) => registerSite(hub, request),
    recordMutation: (record) => writeAuditRecord(hub.database, record),
    ready: async () => {
      const { ok, reason } = hub.engine.ready();
      const missing = ok ? [] : [reason ?? 'the operation engine is not ready'];
      const isReachable = await hub.database.$queryRaw`SELECT 1`.then(() => true, () => false);
      return isReachable ? missing : [...missing, 'the database cannot be reached'];
    },
    close: () => (closing ??= close()),
  };
}
