import { newId } from '@ocopea/graph';
import { PrismaPg } from '@prisma/adapter-pg';
import { startScratchServer, type ScratchServer } from '@ocopea/operations/testing';
import { execute, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerDirectory } from '../domain/brokers/broker-directory.js';
import { HealthBoard } from '../domain/health/health-board.js';
import { defaultSiteLimits } from '../config/site-limits.js';
import { siteSchema } from '../schema.js';
import { PrismaClient } from '../store/generated/client.js';
import { createRequestContext } from './request-context.js';

let server: ScratchServer;
let database: PrismaClient;
let queries: string[] = [];

beforeAll(async () => {
  server = await startScratchServer();
  const logging = new PrismaClient({ adapter: new PrismaPg({ connectionString: await server.database('site') }), log: [{ emit: 'event', level: 'query' }] });
  logging.$on('query', ({ query }) => queries.push(query));
  database = logging as unknown as PrismaClient;
});
afterAll(async () => {
  await database?.$disconnect();
  await server?.close();
});

const manifest = { appServices: [], dataServices: [] };

async function addApps(count: number): Promise<void> {
  const broker = await database.broker.upsert({
    where: { kind_name: { kind: 'DATA_SERVICE', name: 'memory' } },
    create: { id: newId('here', 'broker'), kind: 'DATA_SERVICE', name: 'memory', createdAt: new Date() },
    update: {},
  });
  for (let i = 0; i < count; i++) {
    const copyId = newId('here', 'copy');
    const app = await database.appInstance.create({
      data: { id: newId('here', 'app'), name: crypto.randomUUID(), phase: 'RUNNING', manifest, createdAt: new Date(), restoredFromCopyId: copyId },
    });
    await database.copy.create({ data: { id: copyId, appInstanceId: app.id, appInstanceName: app.name, phase: 'DONE', consistency: 'CRASH', manifest, createdAt: new Date() } });
    const id = newId('here', 'data-service');
    await database.dataService.create({
      data: { id, appInstanceId: app.id, name: 'db', position: 0, brokerId: broker.id, brokerKey: id, planId: 'x', protocol: 'memory', settings: [], phase: 'RUNNING', createdAt: new Date() },
    });
  }
}

/** Runs the document in the real schema on the real database; answers how many queries it cost. */
async function cost(text: string): Promise<number> {
  queries = [];
  const site = { siteId: 'here', database, brokers: new BrokerDirectory([]), limits: defaultSiteLimits } as never;
  const description = { id: 'here', name: 'Here', location: { label: '', latitude: null, longitude: null }, version: '0.0.0', startedAt: new Date(), publicKey: null };
  const contextValue = createRequestContext(
    { site, health: new HealthBoard(undefined as never), description },
    { principal: { kind: 'administrator', name: 'admin' }, signal: new AbortController().signal },
  );
  const { errors } = await execute({ schema: siteSchema().schema, document: parse(text), contextValue });
  expect(errors).toBeUndefined();
  return queries.length;
}

describe('a list with nested fields', () => {
  it.each([
    '{ appInstances(first: 100) { edges { node { id health dataServices { id broker { name } appInstance { id } } appServices { id } restoredFrom { id parts { id } } copies(first: 3) { totalCount edges { node { id } } } } } } }',
    '{ copies(first: 100) { edges { node { id appInstance { name dataServices { name } } parts { repository { name } } lineage { sentToCopyIds restoredAppInstanceIds } } } } }',
    '{ dataServices(first: 100) { edges { node { id appInstance { name copies { totalCount } } broker { name } } } } }',
  ])('costs as many queries for 40 rows as for 2: %s', async (document) => {
    await database.appInstance.deleteMany();
    await database.copy.deleteMany();
    await addApps(2);
    const few = await cost(document);
    await addApps(38);
    expect(await cost(document)).toBe(few);
    expect(few).toBeGreaterThan(2);
  });

  it('counts rows only when asked', async () => {
    expect(await cost('{ copies(first: 1) { edges { node { id } } } }')).toBeLessThan(await cost('{ copies(first: 1) { totalCount edges { node { id } } } }'));
  });
});
