import { rm } from 'node:fs/promises';
import path from 'node:path';
import { query, startScratchServer, TestProgram, type ScratchServer, type TestProcess } from '@ocopea/operations/testing';
import { siteSchema } from '@ocopea/site';
import { printSchema } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { standInGrant, StandInSite, TestHub } from '../../testing/index.js';
import type { HubProgramInput } from '../../testing/hub-program.js';

const schemaText = printSchema(siteSchema().schema);
const operationId = 'hub.operation.019f0000-0000-7000-8000-000000000001';

// Starting and killing whole processes takes what the machine gives.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let server: ScratchServer;
let program: TestProgram;
let input: HubProgramInput;
let eu: StandInSite;
let us: StandInSite;
let copyId: string;
let running: TestProcess | undefined;

beforeAll(async () => {
  [server, program] = await Promise.all([startScratchServer(), TestProgram.build(path.join(import.meta.dirname, '../../testing/hub-program.ts'))]);
});
afterAll(async () => {
  await program.remove();
  await server.close();
});

/** A Hub that knows two Sites was asked for a restoreCopyAt, and stopped before it began. */
beforeEach(async () => {
  const databaseUrl = await server.database();
  const hub = await TestHub.open(databaseUrl);
  [eu, us] = (await Promise.all(['eu', 'us'].map((id) => new StandInSite({ id, schemaText }).start()))) as [StandInSite, StandInSite];
  for (const { url, joinToken } of [eu, us]) await hub.subgraph.registerSite({ url, joinToken });
  copyId = eu.addCopy(1000);
  await us.stop();
  await hub.subgraph.engine.start('restoreCopyAt', { copyId, siteId: 'us', name: 'second', repositoryId: null }, { id: operationId, cause: { kind: 'USER', name: 'admin' } });
  await hub.close({ keepHome: true });
  await us.start();
  input = { databaseUrl, home: hub.home };
});
afterEach(async () => {
  await running?.kill();
  await Promise.all([eu.stop(), us.stop(), rm(input.home, { recursive: true, force: true })]);
});

async function startHub(): Promise<void> {
  running = program.start(input);
  await running.message<{ type: string }>(({ type }) => type === 'ready');
}

async function killHub(): Promise<void> {
  await running?.kill();
}

const asked = (site: StandInSite, mutation: string): Promise<void> => expect.poll(() => site.asked, { timeout: 200_000 }).toContain(mutation);

const outcome = (): Promise<void> =>
  expect
    .poll(async () => (await query<{ outcome: string }>(input.databaseUrl, 'SELECT outcome FROM operations WHERE id = $1', [operationId]))[0]?.outcome, { timeout: 200_000 })
    .toBe('SUCCEEDED');

it('ends by itself after kill -9 of the Hub while the copy is sent, which is not sent twice', async () => {
  eu.looksUntilDone.set('pushCopy', 40);
  await startHub();
  await asked(eu, 'pushCopy');
  await killHub();
  await startHub();
  await outcome();
  expect(eu.outcomes('pushCopy')).toEqual(['SUCCEEDED']);
  expect([...us.apps.values()]).toEqual(['second']);
});

it('ends by itself after kill -9 of the Hub while the copy is restored, which happens once', async () => {
  us.looksUntilDone.set('restoreCopy', 40);
  await startHub();
  await asked(us, 'restoreCopy');
  await killHub();
  await startHub();
  await outcome();
  expect(us.outcomes('restoreCopy')).toEqual(['SUCCEEDED']);
  expect([...us.apps.values()]).toEqual(['second']);
  expect(us.copies.size).toBe(1);
});

it('keeps no Grant in its database, neither while a copy is sent nor after', async () => {
  eu.looksUntilDone.set('pushCopy', 40);
  await startHub();
  await asked(eu, 'pushCopy');
  const kept = async (): Promise<string | undefined> => {
    const sql = `SELECT (SELECT string_agg(o::text, '') FROM operations o) || (SELECT string_agg(s::text, '') FROM dbos.operation_outputs s)
      || (SELECT string_agg(j::text, '') FROM journal_entries j) AS text`;
    return (await query<{ text: string }>(input.databaseUrl, sql))[0]?.text;
  };
  expect(await kept()).not.toContain(standInGrant);
  await outcome();
  expect(await kept()).not.toContain(standInGrant);
});
