import { join } from 'node:path';
import type { Binding, DataServiceBroker } from '@ocopea/broker-contract';
import { findPostgresBinaries, PostgresServer } from '@ocopea/embedded';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresDataServiceBroker, logicalFormat, physicalFormat } from './index.js';
import { MemoryPart } from './testing/memory-part.js';
import { describeContent, oddContent } from './testing/odd-content.js';
import { query } from './testing/records.js';
import { installedServers, startTestServer, testProgramDirectories, type TestServer } from './testing/test-server.js';

const installed = await installedServers();
const { majorVersion: dedicatedVersion } = await findPostgresBinaries();

describe.runIf(installed.length > 0).each(installed)('logical copies between the plans, with a shared server of version $majorVersion (skipped where none is installed with its client programs)', (programs) => {
  const sharedVersion = programs.majorVersion;
  /** Dedicated servers are dumped by programs of their own version. */
  const canDumpDedicated = installed.some(({ majorVersion }) => majorVersion === dedicatedVersion);
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let server: TestServer;
  let broker: DataServiceBroker;
  let made = 0;

  beforeAll(async () => {
    directory = await temporaryDirectory();
    server = await startTestServer(programs);
    broker = await createPostgresDataServiceBroker({ directory: directory.path, sharedServer: server.administrator, programDirectories: testProgramDirectories });
  });
  afterAll(async () => {
    await broker.close();
    await server[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  type PlanId = 'shared' | 'dedicated';
  interface Made {
    readonly id: string;
    readonly planId: PlanId;
    readonly binding: Binding;
  }

  async function create(planId: PlanId, from?: { readonly part: MemoryPart; readonly format: string }): Promise<Made> {
    const id = `service-${++made}`;
    await broker.create({ dataServiceId: id, planId, ...(from && { restoreFrom: { format: from.format, source: from.part.source() } }) });
    return { id, planId, binding: await broker.bind({ dataServiceId: id, bindingId: 'web' }) };
  }

  async function copyOf({ id }: Made, format: string) {
    const part = new MemoryPart();
    const { warnings } = await broker.copy({ dataServiceId: id, copyPartId: 'part', format, target: part.target() });
    expect(warnings).toEqual([]);
    return { part, format };
  }

  async function contentOf({ id, planId, binding: { values } }: Made): Promise<unknown> {
    const names = new Map([[values['username']!, 'the owner'], [values['database']!, 'the owner'], ['app_owner', 'the owner']]);
    const content =
      planId === 'shared'
        ? await server.query((client) => describeContent(client, names), values['database']!)
        : await (await PostgresServer.open(join(directory.path, 'services', id))).query('app', async (client) => {
            await client.query('SET search_path = pg_catalog');
            return describeContent(client, new Map([...names].filter(([name]) => name !== 'app')));
          });
    // The right MAINTAIN came with version 17: an owner has it there without having been given it.
    return JSON.parse(JSON.stringify(content).replaceAll('arwdDxtm', 'arwdDxt')) as unknown;
  }

  it('what was on the shared server comes back on a dedicated one of another version, under new roles', async () => {
    const source = await create('shared');
    await query(source.binding, (client) => client.query(oddContent));
    const restored = await create('dedicated', await copyOf(source, logicalFormat(sharedVersion)));
    expect(await contentOf(restored)).toEqual(await contentOf(source));
    // A binding acts as the owner there too, and nobody got in by the restore.
    await query(restored.binding, (client) => client.query('DROP EXTENSION hstore CASCADE; ALTER TABLE empty_one ADD x int; INSERT INTO app_owner (id) VALUES (3)'));
    const logins = await (await PostgresServer.open(join(directory.path, 'services', restored.id))).query('postgres', async (client) => (await client.query<{ name: string }>('SELECT rolname::text AS name FROM pg_roles WHERE rolcanlogin')).rows.map(({ name }) => name));
    expect(logins.sort()).toEqual([restored.binding.values['username'], 'postgres']);
  });

  it('a dedicated server is offered to be copied logically where the programs for it are, and only there', async () => {
    const { plans } = await broker.info();
    expect(plans.find(({ id }) => id === 'dedicated')?.writesFormats).toEqual([physicalFormat(dedicatedVersion), ...(canDumpDedicated ? [logicalFormat(dedicatedVersion)] : [])]);
  });

  it.runIf(canDumpDedicated)(`what was on a dedicated server comes back on another, with further roles (skipped without pg_dump ${dedicatedVersion})`, async () => {
    const source = await create('dedicated');
    await query(source.binding, (client) => client.query(oddContent));
    await query(source.binding, (client) => client.query(`RESET ROLE; SET ROLE none; CREATE TABLE made_as_itself AS SELECT 1 AS x`));
    const superuser = await PostgresServer.open(join(directory.path, 'services', source.id));
    await superuser.query('app', (client) => client.query(`CREATE ROLE reader LOGIN PASSWORD 'old'; GRANT reader TO app_owner; GRANT SELECT ON public.empty_one TO reader; CREATE TABLE public.of_superuser (); ALTER TABLE public.of_superuser OWNER TO app_owner`));
    const copied = await copyOf(source, logicalFormat(dedicatedVersion));
    const restored = await create('dedicated', copied);
    expect(await contentOf(restored)).toEqual(await contentOf(source));
    await query(restored.binding, async (client) => {
      await client.query('SET ROLE reader; SELECT * FROM empty_one');
      await expect(client.query('INSERT INTO empty_one VALUES (1)')).rejects.toMatchObject({ code: '42501' });
    });
    // A logical copy and a physical one of the same server, side by side, do not disturb each other.
    const [one, other] = await Promise.all([copyOf(source, logicalFormat(dedicatedVersion)), broker.copy({ dataServiceId: source.id, copyPartId: 'physical', format: physicalFormat(dedicatedVersion), target: new MemoryPart().target() })]);
    expect([one.part.bytes.length > 1_000_000, other.part.logicalBytes > 10_000_000]).toEqual([true, true]);
  });

  it.runIf(canDumpDedicated && sharedVersion >= dedicatedVersion)(`what was on a dedicated server comes back on a shared one (skipped without a server of version ${dedicatedVersion} or newer)`, async () => {
    const source = await create('dedicated');
    await query(source.binding, (client) => client.query(oddContent));
    const superuser = await PostgresServer.open(join(directory.path, 'services', source.id));
    await superuser.query('app', (client) => client.query('CREATE ROLE reader; GRANT reader TO app_owner; GRANT SELECT ON public.empty_one TO reader'));
    const shared = await create('shared', await copyOf(source, logicalFormat(dedicatedVersion)));
    expect(JSON.stringify(await contentOf(shared)).replaceAll('the owner_r_reader', 'reader')).toBe(JSON.stringify(await contentOf(source)));
  });

  it.runIf(canDumpDedicated && sharedVersion < dedicatedVersion)(`what was on a dedicated server is refused by an older shared one, which names the format (skipped where none is older)`, async () => {
    const copied = await copyOf(await create('dedicated'), logicalFormat(dedicatedVersion));
    await expect(create('shared', copied)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining(copied.format) as string });
  });

  it.runIf(canDumpDedicated)(`nothing of a logical copy runs with a superuser's rights on a dedicated server (skipped without pg_dump ${dedicatedVersion})`, async () => {
    const source = await create('dedicated');
    await query(source.binding, (client) =>
      client.query(`CREATE FUNCTION who(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
          BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN OTHERS THEN END; BEGIN EXECUTE 'SET ROLE none'; EXCEPTION WHEN OTHERS THEN END;
          RETURN current_setting('is_superuser') || ' ' || pg_has_role(session_user, 'pg_execute_server_program', 'MEMBER'); END $$;
        CREATE TABLE traps (x text, y text GENERATED ALWAYS AS (who(x)) STORED); INSERT INTO traps VALUES ('a')`),
    );
    const restored = await create('dedicated', await copyOf(source, logicalFormat(dedicatedVersion)));
    expect(await query(restored.binding, async (client) => (await client.query('SELECT y FROM traps')).rows)).toEqual([{ y: 'off false' }]);
  });

  it('a physical copy of another version or architecture is refused, and the logical format named', async () => {
    const source = new MemoryPart().source();
    for (const format of [physicalFormat(dedicatedVersion - 1), physicalFormat(dedicatedVersion, 'sparc')]) {
      const request = { dataServiceId: 'refused', planId: 'dedicated', restoreFrom: { format, source } };
      await expect(broker.create(request)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringMatching(/own major version on its own architecture only: take one in a logical format/) as string });
    }
  });
});
