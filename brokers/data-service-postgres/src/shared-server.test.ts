import { join } from 'node:path';
import { freePort } from '@ocopea/embedded';
import { temporaryDirectory, TestProgram } from '@ocopea/embedded/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DataServiceBroker } from '@ocopea/broker-contract';
import { createPostgresDataServiceBroker, logicalFormat, type PostgresDataServiceBrokerOptions, type SharedServerOptions } from './index.js';
import type { HostTask } from './testing/broker-host.js';
import { MemoryPart } from './testing/memory-part.js';
import { query, recordsHarness } from './testing/records.js';
import { sharedLeftovers } from './testing/shared-harness.js';
import { installedServers, startTestServer, testProgramDirectories, type TestServer } from './testing/test-server.js';

const [newest] = await installedServers();

describe.runIf(newest !== undefined)('the server of the plan "shared" (skipped where none is installed with its client programs)', () => {
  let server: TestServer;
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let broker: DataServiceBroker | undefined;
  let host: TestProgram;
  const format = logicalFormat(newest?.majorVersion ?? 0);

  beforeAll(async () => {
    host = await TestProgram.build(join(import.meta.dirname, 'testing/broker-host.ts'));
    server = await startTestServer(newest!);
    await server.query((client) => client.query(`CREATE ROLE weak LOGIN PASSWORD 'of the weak'`));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await host.remove();
  });
  beforeEach(async () => {
    directory = await temporaryDirectory();
  });
  afterEach(async () => {
    await broker?.close();
    broker = undefined;
    await directory[Symbol.asyncDispose]();
  });

  async function open(sharedServer: SharedServerOptions = server.administrator, more: Partial<PostgresDataServiceBrokerOptions> = {}): Promise<DataServiceBroker> {
    broker = await createPostgresDataServiceBroker({ directory: directory.path, sharedServer, programDirectories: testProgramDirectories, superviseEveryMs: 50, ...more });
    return broker;
  }

  it.each([
    ['the port is wrong', async (right: SharedServerOptions) => ({ ...right, endpoint: { ...right.endpoint, port: await freePort() } }), 'UNAVAILABLE', 'cannot be reached'],
    ['the name is wrong', (right: SharedServerOptions) => ({ ...right, endpoint: { ...right.endpoint, host: 'no-such-host.invalid' } }), 'UNAVAILABLE', 'name that nobody knows'],
    ['the password is wrong', (right: SharedServerOptions) => ({ ...right, password: 'guessed' }), 'UNAVAILABLE', 'does not accept the login of "administrator"'],
    ['the database is not there', (right: SharedServerOptions) => ({ ...right, database: 'elsewhere' }), 'UNAVAILABLE', 'has no database "elsewhere"'],
    ['TLS is asked of a server without', (right: SharedServerOptions) => ({ ...right, endpoint: { ...right.endpoint, tls: { mode: 'require' as const } } }), 'UNAVAILABLE', 'TLS'],
    ['the role may make nothing', (right: SharedServerOptions) => ({ ...right, user: 'weak', password: 'of the weak' }), 'NOT_SUPPORTED', 'lacks CREATEDB and CREATEROLE'],
  ])('is refused at first, saying that %s, without address and password', async (_, wrong, code, says) => {
    const options = await wrong(server.administrator);
    const error = await open(options).then(() => undefined, (thrown: Error) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(says) as string });
    expect(error?.message).not.toMatch(new RegExp(`${options.password}|${options.endpoint.host}|${options.endpoint.port}`));
    // It holds nothing: with the right address it opens.
    await open();
  });

  it('that is gone later keeps nothing from opening; its data services are not well until it is back', async () => {
    const first = await open();
    await first.create({ dataServiceId: 'kept', planId: 'shared' });
    const binding = await first.bind({ dataServiceId: 'kept', bindingId: 'web' });
    await recordsHarness.write(binding, 3);
    await first.close();
    await server.stop();
    const warnings: string[] = [];
    const second = await open(server.administrator, { onWarning: (reason) => warnings.push(reason) });
    expect(warnings.some((reason) => reason.includes('cannot be reached'))).toBe(true);
    expect(await second.get('kept')).toMatchObject({ state: { phase: 'running' } });
    expect(await second.health('kept')).toMatchObject({ state: 'unhealthy' });
    await expect(second.create({ dataServiceId: 'another', planId: 'shared' })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(second.get('another')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await server.start();
    expect((await second.health('kept')).figures['sizeBytes']).toBeGreaterThan(1_000_000);
    await server.stop();
    await expect(second.delete('kept')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await second.get('kept')).toMatchObject({ state: { phase: 'error' } });
    await server.start();
    await second.delete('kept');
    while ((await sharedLeftovers(server, directory.path)).length > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it('keeps nothing of a creation whose broker was killed in its middle, and makes it again', async () => {
    const first = await open();
    await first.create({ dataServiceId: 'source', planId: 'shared' });
    const source = await first.bind({ dataServiceId: 'source', bindingId: 'web' });
    await recordsHarness.write(source, 20_000);
    const part = new MemoryPart();
    await first.copy({ dataServiceId: 'source', copyPartId: 'part', format, target: part.target() });
    await first.close();
    const file = await part.writeTo(directory.path);
    for (const share of [0, 0.01, 0.5, 0.999]) {
      const task: HostTask = { directory: directory.path, task: 'restore', dataServiceId: 'restored', planId: 'shared', format, sharedServer: server.administrator, programDirectories: testProgramDirectories, file, standStillAt: Math.max(1, Math.floor(part.bytes.length * share)) };
      const process = host.start(task);
      await process.message((message) => message === 'in the middle');
      await process.kill();
      expect((await sharedLeftovers(server, directory.path)).length).toBeGreaterThan(0);
      const next = await open();
      expect(await sharedLeftovers(server, directory.path)).toEqual([]);
      await expect(next.get('restored')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await next.create({ dataServiceId: 'restored', planId: 'shared', restoreFrom: { format, source: part.source() } });
      expect(await recordsHarness.digest(await next.bind({ dataServiceId: 'restored', bindingId: 'web' }))).toBe(await recordsHarness.digest(source));
      await next.delete('restored');
      await next.close();
    }
    await (await open()).delete('source');
  });

  it('that has lost its data service gives it back as not well, and lets it be deleted', async () => {
    const running = await open();
    await running.create({ dataServiceId: 'lost', planId: 'shared' });
    const { values } = await running.bind({ dataServiceId: 'lost', bindingId: 'web' });
    await server.query((client) => client.query(`DROP DATABASE ${values['database']}`));
    expect(await running.health('lost')).toMatchObject({ state: 'unhealthy' });
    await running.delete('lost');
    expect(await sharedLeftovers(server, directory.path)).toEqual([]);
  });

  it('shows a binding that it made to be one: the credentials are its own', async () => {
    const running = await open();
    await running.create({ dataServiceId: 'bound', planId: 'shared' });
    const binding = await running.bind({ dataServiceId: 'bound', bindingId: 'web' });
    expect(binding.values['uri']).toContain('sslmode=disable');
    const seen = await query(binding, async (client) => (await client.query<{ session_user: string; current_user: string }>('SELECT session_user::text, current_user::text')).rows[0]);
    expect(seen).toEqual({ session_user: binding.values['username'], current_user: binding.values['database'] });
    await running.delete('bound');
  });
});
