import { join } from 'node:path';
import { startEdge, type Edge } from '@ocopea/edge';
import { conflict } from '@ocopea/graph';
import { applyMigrations, migrationsDirectory } from '@ocopea/migrations';
import { createOperationEngine, type OperationEngine } from '@ocopea/operations';
import { Authenticator, JoinToken, SecretBox, SigningKey, type Principal, type PublicJwk } from '@ocopea/security';
import { resolveLimits, type SiteOptions } from '../config/site-options.js';
import { followRepositoryLimits } from '../domain/brokers/repository-limits.js';
import { joinBrokers } from '../domain/brokers/join-brokers.js';
import { HealthBoard } from '../domain/health/health-board.js';
import { HealthMonitor } from '../domain/health/health-monitor.js';
import { operationDefinitions } from '../domain/operation-definitions.js';
import type { SiteContext } from '../domain/site-context.js';
import { createRequestContext, type RequestContext, type SiteGraph } from '../resolvers/request-context.js';
import { subscribePerEvent } from '../resolvers/subscribe-per-event.js';
import { siteSchema } from '../schema.js';
import { openDatabase, type Database } from '../store/open-database.js';
import { writeAuditRecord } from './audit.js';
import { Caretaker } from './caretaker.js';
import { findHubKey, joinRoute } from './join-route.js';
import { transferRoute } from './transfer-route.js';

/** A running Site. */
export interface RunningSite {
  /** For clients on the same machine, without a slash at the end; GraphQL is at `/graphql`. */
  readonly url: string;
  /** Resolves once each application that shall run has been brought back, or has been tried to. The Site serves before. */
  readonly reconciled: Promise<void>;
  /** Ends connections with a reason and interrupts operations, which the next start resumes. Brokers are left to who made them. */
  close(): Promise<void>;
}

/**
 * Starts a Site: brings its database up to date, resumes its operations, opens its doors, and brings its applications back to
 * running.
 *
 * @throws BAD_INPUT an option; CONFLICT the database belongs to another Site or a process of this one; PORT_IN_USE
 */
export async function startSite(options: SiteOptions): Promise<RunningSite> {
  const limits = resolveLimits(options);
  const { siteId, databaseUrl, home, log } = options;
  await applyMigrations({ databaseUrl, directory: migrationsDirectory('site') });
  const opened = new OpenedThings();
  try {
    const database = openDatabase({ databaseUrl });
    opened.add(() => database.$disconnect());
    await claimDatabase(database, siteId);
    const [signingKey, secretBox] = await Promise.all([
      SigningKey.loadOrCreate(join(home, 'signing.key')),
      SecretBox.loadOrCreate(join(home, 'secrets.key')),
    ]);
    await ensureJoinToken(database, home);
    const brokers = await joinBrokers({ siteId, database, secretBox, brokers: options.brokers });

    const late: { engine?: OperationEngine; edge?: Edge; monitor?: HealthMonitor } = {};
    const site: SiteContext = {
      siteId,
      database,
      brokers,
      signingKey,
      secretBox,
      limits,
      log,
      measureSoon: () => late.monitor?.soon(),
      get engine() {
        return given(late.engine, 'the operation engine');
      },
      publicUrl: () => options.publicUrl?.replace(/\/$/, '') ?? given(late.edge, 'the edge').url,
    };
    // Before anything moves.
    await followRepositoryLimits(site);
    late.engine = await createOperationEngine({
      databaseUrl,
      ownerId: siteId,
      executorId: options.executorId ?? siteId,
      definitions: operationDefinitions(site),
      secretBox,
      placesAt: (id) => (id === siteId ? limits.bulkOperations : (brokers.operationsIn(id) ?? limits.repositoryOperations)),
      queueDeadlineMs: limits.queueMs,
      log,
    });
    opened.add(() => site.engine.close());

    const health = new HealthBoard(site.engine.journal);
    late.edge = await openEdge(options, { site, health, description: describe(options, signingKey.publicJwk) });
    opened.add(() => given(late.edge, 'the edge').close());
    const monitor = new HealthMonitor(site, health);
    late.monitor = monitor;
    monitor.start();
    opened.add(() => monitor.close());
    const caretaker = new Caretaker(site);
    caretaker.start();
    opened.add(() => caretaker.close());
    return { url: late.edge.url, reconciled: caretaker.reconciled, close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openEdge(options: SiteOptions, graph: SiteGraph): Promise<Edge> {
  const { site, description } = graph;
  const { schema } = siteSchema();
  const authenticator = new Authenticator({
    adminToken: options.adminToken,
    hubTokens: { siteId: site.siteId, hubKeys: (hubId) => findHubKey(site, hubId) },
  });
  const contextOf = (request: { principal: Principal; signal: AbortSignal }) => createRequestContext(graph, request);
  return startEdge<RequestContext>({
    ...options.doors,
    asksForOthers: ({ via }) => via !== undefined,
    ...(options.host !== undefined && { host: options.host }),
    port: options.port,
    graphql: { schema },
    subscribe: ({ document, operationName, variables, context, signal }) =>
      subscribePerEvent({
        schema,
        document,
        operationName,
        variables,
        context: { ...context, signal },
        contextOfEvent: () => contextOf({ principal: context.principal, signal }),
      }),
    authenticate: (authorization) => authenticator.authenticate(authorization),
    context: contextOf,
    routes: [joinRoute(site, description, options.home), transferRoute(site)],
    ready: () => readiness(site),
    onMutation: (record) => writeAuditRecord(site.database, record),
    log: options.log,
  });
}

/** One database belongs to one Site: with another id, every id in it would be wrong. @throws CONFLICT */
async function claimDatabase(database: Database, siteId: string): Promise<void> {
  await database.siteIdentity.createMany({ data: [{ siteId, createdAt: new Date() }], skipDuplicates: true });
  const owners = await database.siteIdentity.findMany({ orderBy: { createdAt: 'asc' } });
  const [owner] = owners;
  if (owner === undefined || owner.siteId === siteId) return;
  await database.siteIdentity.deleteMany({ where: { siteId } });
  throw conflict(`the database belongs to Site "${owner.siteId}"; give Site "${siteId}" one of its own`);
}

/** A Site that no Hub has joined yet has a token waiting. */
async function ensureJoinToken(database: Database, home: string): Promise<void> {
  if ((await database.trustedHub.count()) === 0) await new JoinToken(home).ensure();
}

async function readiness({ database, engine }: SiteContext): Promise<{ ready: boolean; missing: string[] }> {
  const missing: string[] = [];
  await database.$queryRaw`SELECT 1`.catch(() => missing.push('database'));
  const { ok, reason } = engine.ready();
  if (!ok) missing.push(reason ?? 'operations');
  return { ready: missing.length === 0, missing };
}

function describe({ siteId, name, location, version }: SiteOptions, publicJwk: PublicJwk): SiteGraph['description'] {
  const { label, latitude, longitude } = location;
  return { id: siteId, name, version, startedAt: new Date(), publicKey: JSON.stringify(publicJwk), location: { label, latitude: latitude ?? null, longitude: longitude ?? null } };
}

function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`invariant: ${what} was asked for before it was there`);
  return value;
}

/** Closes in reverse order, each once, also after one has failed. */
class OpenedThings {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed');
  }
}
