import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query, startScratchServer, TestProgram, type ScratchServer, type TestProcess } from '@ocopea/operations/testing';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { GraphClient } from '../federation/graph-client.js';
import type { ReplicaInput, ReplicaMessage } from './replica-program.js';

const siteId = 'east';
const adminToken = 'ocopea_replicas-test-0123456789abcdefghijklmnopqrstuvwx';
const bulkOperations = 2;

let server: ScratchServer;
let program: TestProgram;
let home: string;
let databaseUrl: string;
const processes: TestProcess[] = [];

beforeAll(async () => {
  [server, program, home] = await Promise.all([
    startScratchServer(),
    TestProgram.build(new URL('replica-program.ts', import.meta.url).pathname),
    mkdtemp(join(tmpdir(), 'ocopea-replicas-')),
  ]);
  databaseUrl = await server.database('site');
});
afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.kill()));
});
afterAll(async () => {
  await program?.remove();
  await server?.close();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
});

class Replica {
  readonly #client: GraphClient;

  private constructor(
    readonly process: TestProcess,
    url: string,
  ) {
    this.#client = new GraphClient(url, adminToken);
  }

  static async start(executorId: string): Promise<Replica> {
    const process = program.start({ executorId, siteId, home, databaseUrl, adminToken, bulkOperations } satisfies ReplicaInput);
    processes.push(process);
    const serving = await process.message<ReplicaMessage & { type: 'serving' }>(({ type }) => type === 'serving');
    return new Replica(process, serving.url);
  }

  /** Begins to deploy an app of one service. */
  async deploy(name: string): Promise<void> {
    const manifest = { appServices: [{ name: 'idle', artifact: { type: 'memory', name: 'idle', version: '1.0.0' } }] };
    const { errors } = await this.#client.ask('mutation ($input: DeployAppInput!) { deployApp(input: $input) { operation { id } } }', { input: { siteId, name, manifest } });
    expect(errors).toBeUndefined();
  }
}

const phases = async (): Promise<string[]> => (await query<{ phase: string }>(databaseUrl, 'SELECT phase FROM operations ORDER BY id')).map(({ phase }) => phase);
const stepsBegun = async (): Promise<number[]> =>
  (await query<{ attempts: number }>(databaseUrl, "SELECT attempts FROM operation_steps WHERE name = 'start app service idle' ORDER BY operation_id")).map(({ attempts }) => attempts);

it('runs as many operations at once as one Site may, on two replicas together, also after one of them is killed: none is lost, none done twice', async () => {
  const [one, two] = [await Replica.start('one'), await Replica.start('two')];
  await one.deploy('first');
  await one.deploy('second');
  await expect.poll(stepsBegun, { timeout: 60_000 }).toEqual([1, 1]);
  await two.deploy('third');
  await one.deploy('fourth');
  await two.deploy('fifth');
  await one.deploy('sixth');
  await expect.poll(phases, { timeout: 60_000 }).toEqual(['RUNNING', 'RUNNING', 'QUEUED', 'QUEUED', 'QUEUED', 'QUEUED']);

  await one.process.kill();
  await expect.poll(stepsBegun, { timeout: 60_000 }).toEqual([2, 2]);
  // What the dead replica ran has kept its places, and nothing has been let in besides.
  expect(await phases()).toEqual(['RUNNING', 'RUNNING', 'QUEUED', 'QUEUED', 'QUEUED', 'QUEUED']);

  two.process.send({ release: true });
  await expect.poll(phases, { timeout: 60_000 }).toEqual(Array.from({ length: 6 }, () => 'DONE'));
  const rows = await query<{ outcome: string; besides: number }>(
    databaseUrl,
    `SELECT o.outcome, (SELECT count(*)::int FROM operations other WHERE other.id <> o.id AND other.started_at <= o.started_at AND o.started_at < other.finished_at) AS besides
     FROM operations o ORDER BY o.id`,
  );
  expect(rows.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 6 }, () => 'SUCCEEDED'));
  expect(Math.max(...rows.map(({ besides }) => besides))).toBeLessThan(bulkOperations);
  // The two that were interrupted began again, the others once.
  expect(await stepsBegun()).toEqual([2, 2, 1, 1, 1, 1]);
  expect(await query(databaseUrl, 'SELECT 1 FROM operation_slots')).toEqual([]);
});
