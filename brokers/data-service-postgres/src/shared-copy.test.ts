import type { Binding, DataServiceBroker } from '@ocopea/broker-contract';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresDataServiceBroker, logicalFormat } from './index.js';
import { MemoryPart } from './testing/memory-part.js';
import { describeContent, oddContent } from './testing/odd-content.js';
import { query } from './testing/records.js';
import { sharedLeftovers } from './testing/shared-harness.js';
import { installedServers, startTestServer, testProgramDirectories, type TestServer } from './testing/test-server.js';

const installed = await installedServers();

describe.runIf(installed.length > 0).each(installed)('the plan "shared" on PostgreSQL $majorVersion (skipped where none is installed with its client programs)', (programs) => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  let server: TestServer;
  let broker: DataServiceBroker;
  let made = 0;
  const format = logicalFormat(programs.majorVersion);

  beforeAll(async () => {
    directory = await temporaryDirectory();
    server = await startTestServer(programs);
    broker = await createPostgresDataServiceBroker({ directory: directory.path, sharedServer: server.administrator, programDirectories: testProgramDirectories });
  });
  afterAll(async () => {
    await broker.close();
    expect(await sharedLeftovers(server, directory.path)).toEqual([]);
    await server[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  async function create(from?: MemoryPart): Promise<{ id: string; base: string; binding: Binding }> {
    const id = `service-${++made}`;
    await broker.create({ dataServiceId: id, planId: 'shared', ...(from && { restoreFrom: { format, source: from.source() } }) });
    const binding = await broker.bind({ dataServiceId: id, bindingId: 'web' });
    return { id, base: binding.values['database']!, binding };
  }

  async function copyOf(id: string) {
    const part = new MemoryPart();
    const result = await broker.copy({ dataServiceId: id, copyPartId: 'part', format, target: part.target() });
    return { ...result, part };
  }

  const contentOf = ({ base, binding }: { base: string; binding: Binding }) =>
    server.query((client) => describeContent(client, new Map([[binding.values['username']!, 'the owner'], [base, 'the owner']])), base);

  it('brings everything back: names, values, sequences, large objects, empty tables, rights, policies, extensions', async () => {
    const source = await create();
    await query(source.binding, (client) => client.query(oddContent));
    await query(source.binding, (client) => client.query(`RESET ROLE; SET ROLE none; CREATE TABLE made_as_itself AS SELECT 'of the binding' AS text`));
    await query(source.binding, (client) => client.query(`CREATE TABLE large AS SELECT 1 AS id, repeat(md5('x'), 1000000) AS text, decode(repeat('00ff5c0a', 4000000), 'hex') AS bytes`));
    const before = await contentOf(source);
    const { part, consistencyPoint, warnings } = await copyOf(source.id);
    expect(warnings).toEqual([]);
    expect(consistencyPoint.marker).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    const restored = await create(part);
    expect(await contentOf(restored)).toEqual(before);
    expect(Object.keys(before['rows'] as object).length).toBeGreaterThan(12);
    // And the owner still owns: what was restored can be changed and dropped by a binding.
    await query(restored.binding, (client) => client.query(`ALTER TABLE made_as_itself ADD x int; DROP TABLE large; DROP EXTENSION hstore CASCADE; SELECT lo_unlink(4711); INSERT INTO app_owner (id) VALUES (3)`));
  });

  it('brings further roles of the data service back with their rights and policies, and leaves those of others out', async () => {
    const source = await create();
    const reader = `${source.base}_r_reader`;
    const editor = `${source.base}_r_Ed"itör to`;
    const quoted = pg.escapeIdentifier(editor);
    await server.query(async (client) => {
      await client.query(`CREATE ROLE ${reader} PASSWORD 'of the reader'; CREATE ROLE ${quoted}; GRANT ${reader} TO ${quoted}; GRANT ${reader}, ${quoted} TO ${source.base}, administrator, ${source.base}_agent`);
      await client.query('DROP ROLE IF EXISTS stranger; CREATE ROLE stranger');
    });
    await query(source.binding, (client) =>
      client.query(`CREATE TABLE notes (id int, author text); GRANT SELECT ON notes TO ${reader}; GRANT INSERT, UPDATE (author) ON notes TO ${quoted} WITH GRANT OPTION; GRANT DELETE ON notes TO stranger;
        ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON notes AS RESTRICTIVE FOR ALL TO ${reader}, stranger, ${quoted} USING (author = 'x TO y' OR (id > 0)) WITH CHECK (true);
        ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO ${reader}; GRANT CREATE ON SCHEMA public TO ${quoted}; CREATE TABLE of_editor (); ALTER TABLE of_editor OWNER TO ${quoted}`),
    );
    const { part, warnings } = await copyOf(source.id);
    expect(warnings?.toSorted()).toEqual([
      'acl of TABLE "notes" for roles that do not belong to the data service is left out',
      'policy of notes own for roles that do not belong to the data service is left out',
      "table of_editor belongs to a role that is not the owner; once restored it is the owner's",
    ]);
    expect(part.bytes.includes('stranger')).toBe(false);
    expect(part.bytes.includes(source.base)).toBe(false);
    const restored = await create(part);
    await query(restored.binding, async (client) => {
      const one = async (sql: string) => (await client.query<{ value: string }>(sql)).rows.map(({ value }) => value.replaceAll(restored.base, 'BASE'));
      const given = (rights: string) => `SELECT rolname || ' ' || privilege_type || CASE WHEN is_grantable THEN ' on' ELSE '' END AS value FROM (${rights}) AS given(acl), aclexplode(acl) JOIN pg_roles r ON r.oid = grantee WHERE rolname <> '${restored.base}' ORDER BY 1`;
      expect(await one(given(`SELECT relacl FROM pg_class WHERE relname = 'notes'`))).toEqual(['BASE_r_Ed"itör to INSERT on', 'BASE_r_reader SELECT']);
      expect(await one(given(`SELECT attacl FROM pg_attribute WHERE attrelid = 'notes'::regclass`))).toEqual(['BASE_r_Ed"itör to UPDATE on']);
      expect(await one(given('SELECT defaclacl FROM pg_default_acl'))).toEqual(['BASE_r_reader SELECT']);
      expect(await one(`SELECT unnest(roles)::text AS value FROM pg_policies ORDER BY 1`)).toEqual(['BASE_r_Ed"itör to', 'BASE_r_reader']);
      expect(await one(`SELECT tableowner::text AS value FROM pg_tables WHERE tablename = 'of_editor'`)).toEqual(['BASE']);
      expect(await one(`SELECT g.rolname::text AS value FROM pg_auth_members JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member WHERE m.rolname LIKE '${restored.base}\\_r\\_Ed%'`)).toEqual(['BASE_r_reader']);
      expect(await one(`SELECT rolname::text AS value FROM pg_roles WHERE rolcanlogin AND rolname LIKE '${restored.base}%' ORDER BY 1`)).toEqual(['BASE_agent', restored.binding.values['username']!.replace(restored.base, 'BASE')]);
      await client.query(`SET ROLE ${restored.base}_r_reader; SELECT * FROM notes`);
      await expect(client.query('DELETE FROM notes')).rejects.toMatchObject({ code: '42501' });
    });
    await server.query((client) => client.query('DROP OWNED BY stranger'), source.base);
    await server.query((client) => client.query('DROP ROLE stranger'));
  });

  it('holds exactly what was committed at its snapshot, while writers go on', async () => {
    const { id, binding } = await create();
    await query(binding, (client) => client.query('CREATE TABLE numbers (id int PRIMARY KEY); CREATE TABLE echoes (id int)'));
    const copied = new AbortController();
    const writing = query(binding, async (client) => {
      for (let number = 1; !copied.signal.aborted; number++) {
        await client.query('INSERT INTO numbers VALUES ($1)', [number]);
        await client.query('INSERT INTO echoes VALUES ($1)', [number]);
      }
    });
    const { part } = await copyOf(id);
    copied.abort();
    await writing;
    const restored = await create(part);
    await query(restored.binding, async (client) => {
      const { rows } = await client.query<{ numbers: number; last: number; echoes: number }>('SELECT (SELECT count(*) FROM numbers)::int AS numbers, (SELECT coalesce(max(id), 0) FROM numbers)::int AS last, (SELECT count(*) FROM echoes)::int AS echoes');
      const { numbers, last, echoes } = rows[0]!;
      expect(numbers).toBe(last);
      expect([numbers, numbers - 1]).toContain(echoes);
    });
  });

  it('takes no copy for whole that was cut anywhere, and nothing stays of its restore', async () => {
    const { id, binding } = await create();
    await query(binding, (client) => client.query(`CREATE TABLE a AS SELECT i FROM generate_series(1, 50) i; CREATE TABLE b AS SELECT i FROM generate_series(1, 50) i; SELECT lo_from_bytea(0, 'large')`));
    const { part } = await copyOf(id);
    const whole = part.bytes;
    // Places where one could be cut: in the head, in a table's rows, between two tables, before the very last byte.
    for (const length of [0, 3, 200, Math.floor(whole.length * 0.3), Math.floor(whole.length * 0.6), whole.length - 400, whole.length - 60, whole.length - 6, whole.length - 1]) {
      const cut = { protocol: 'byte-stream/1' as const, logicalBytes: whole.length, open: async function* () { yield whole.subarray(0, length); } };
      await expect(broker.create({ dataServiceId: 'cut', planId: 'shared', restoreFrom: { format, source: cut } }), `cut at ${length}`).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
      expect(await sharedLeftovers(server, directory.path)).toEqual([]);
    }
    const longer = { protocol: 'byte-stream/1' as const, logicalBytes: whole.length + 1, open: async function* () { yield whole; yield Buffer.from([1]); } };
    await expect(broker.create({ dataServiceId: 'cut', planId: 'shared', restoreFrom: { format, source: longer } })).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
  });

  it('fails a copy whose pg_dump fails in its middle, and publishes nothing', async () => {
    const { id, base, binding } = await create();
    await query(binding, (client) => client.query(`CREATE TABLE much AS SELECT i, repeat('x', 1000) AS text FROM generate_series(1, 50000) i`));
    const part = new MemoryPart();
    const failing = part.target(async (blocksTaken) => {
      if (blocksTaken !== 1) return;
      await server.query((client) => client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1`, [`${base}_agent`]));
    });
    await expect(broker.copy({ dataServiceId: id, copyPartId: 'part', format, target: failing })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect((await copyOf(id)).part.bytes.length).toBeGreaterThan(50_000_000);
  });

  it('keeps tenants apart: none sees, reaches or disturbs another, or has rights beyond its database', async () => {
    const [one, other] = [await create(), await create()];
    await query(one.binding, async (client) => {
      for (const sql of ['CREATE ROLE another', 'CREATE DATABASE another', `COPY (SELECT 1) TO PROGRAM 'cat'`, 'SELECT rolpassword FROM pg_authid', `SET ROLE ${other.base}`, `SET ROLE administrator`, 'CREATE EXTENSION file_fdw',
        `ALTER DATABASE ${one.base} CONNECTION LIMIT 1000`, `ALTER DATABASE ${one.base} RENAME TO mine`, `DROP DATABASE ${other.base}`, `GRANT ${one.base} TO ${other.base}`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'administrator' OR pid IN (SELECT pid FROM pg_stat_activity WHERE datname IS NULL)`]) {
        await expect(client.query(sql), sql).rejects.toMatchObject({ code: '42501' });
      }
      // Said without being an owner, it warns and changes nothing.
      await client.query(`GRANT CONNECT ON DATABASE ${one.base} TO PUBLIC`).catch(() => undefined);
      const { rows } = await client.query<{ open: boolean }>(`SELECT has_database_privilege('${other.binding.values['username']}', '${one.base}', 'CONNECT') AS open`);
      expect(rows[0]!.open).toBe(false);
    });
    const intruding = { ...one.binding, values: { ...one.binding.values, database: other.base } };
    await expect(query(intruding, (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '42501' });
  });

  it('runs nothing of a copy with rights that its users do not have', async () => {
    const source = await create();
    await query(source.binding, (client) =>
      client.query(`CREATE FUNCTION who(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
          BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN OTHERS THEN END; BEGIN EXECUTE 'SET ROLE none'; EXCEPTION WHEN OTHERS THEN END;
          RETURN current_setting('is_superuser') || ' ' || pg_has_role(session_user, 'administrator', 'MEMBER'); END $$;
        CREATE TABLE traps (x text, y text GENERATED ALWAYS AS (who(x)) STORED); INSERT INTO traps VALUES ('a');
        CREATE MATERIALIZED VIEW kept AS SELECT who('b') AS text`),
    );
    const restored = await create((await copyOf(source.id)).part);
    await query(restored.binding, async (client) => {
      const { rows } = await client.query<{ seen: string }>('SELECT y AS seen FROM traps UNION ALL SELECT text FROM kept');
      expect(rows.map(({ seen }) => seen)).toEqual(['off false', 'off false']);
    });
  });

  it('limits the sessions of bindings, and copies all the same', async () => {
    await broker.create({ dataServiceId: 'limited', planId: 'shared', settings: { maxConnections: '1' } });
    const binding = await broker.bind({ dataServiceId: 'limited', bindingId: 'web' });
    await query(binding, async () => {
      await expect(query(binding, (client) => client.query('SELECT 1'))).rejects.toMatchObject({ code: '53300' });
      await copyOf('limited');
    });
  });

  it('refuses a copy that needs an extension which users may not add, and names it', async () => {
    const { id, base } = await create();
    await server.query((client) => client.query('CREATE EXTENSION pageinspect'), base);
    const { part } = await copyOf(id);
    await expect(create(part)).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('"pageinspect"') as string });
  });
});
