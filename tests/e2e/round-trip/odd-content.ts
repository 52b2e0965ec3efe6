import { chmod, link, mkdir, open, symlink, utimes, writeFile } from 'node:fs/promises';
import pg from 'pg';

/** What copies have got wrong before: names, binary, large values, large objects, empty things, sequences. */
export async function fillDatabase(url: string): Promise<void> {
  await withDatabase(url, async (client) => {
    await client.query(`
      CREATE TABLE empty (id bigserial PRIMARY KEY, note text NOT NULL DEFAULT '');
      CREATE TABLE "odd "" näme; DROP" ("select" int, "Ü" bytea);
      INSERT INTO "odd "" näme; DROP" VALUES (1, '\\x00ff0a0d5c27'), (NULL, ''), (3, NULL);
      CREATE TABLE large (id int PRIMARY KEY, value bytea);
      ALTER TABLE large ALTER value SET STORAGE EXTERNAL;
      INSERT INTO large SELECT 1, string_agg(sha512(i::text::bytea), ''::bytea) FROM generate_series(1, 1600000) i;
      CREATE SEQUENCE counter INCREMENT 7;
      SELECT nextval('counter') FROM generate_series(1, 1000);
      SELECT lo_from_bytea(4711, convert_to(repeat('large object ', 100000), 'UTF8'));
      CREATE TABLE many AS SELECT i AS id, md5(i::text) AS text, (i % 7 = 0) AS flag FROM generate_series(1, 50000) i;
      CREATE INDEX ON many (text);
      CREATE VIEW few AS SELECT * FROM many WHERE id < 10;
      GRANT SELECT ON few TO PUBLIC`);
  });
}

/** Everything of it, in a form that two databases can be compared in. */
export async function databaseContent(url: string): Promise<object> {
  return withDatabase(url, async (client) => {
    const one = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
    return {
      empty: await one('SELECT count(*) FROM empty'),
      odd: await one(`SELECT "select", encode("Ü", 'hex') AS value FROM "odd "" näme; DROP" ORDER BY 1`),
      large: await one(`SELECT length(value), encode(sha256(value), 'hex') AS hash FROM large`),
      sequence: await one(`SELECT last_value, is_called FROM counter`),
      object: await one(`SELECT encode(sha256(lo_get(4711)), 'hex') AS hash`),
      many: await one(`SELECT count(*), md5(string_agg(m::text, ',' ORDER BY id)) FROM many m`),
      few: await one('SELECT * FROM few ORDER BY id'),
      relations: await one(`SELECT relname, relkind, relacl::text, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`),
      roles: await one(`SELECT rolname, rolsuper, rolcreaterole FROM pg_roles WHERE rolname !~ '^(pg_|binding_)' ORDER BY 1`),
    };
  });
}

export async function numbersOf(url: string): Promise<number[]> {
  return withDatabase(url, async (client) => (await client.query<{ number: string }>('SELECT number FROM numbers')).rows.map(({ number }) => Number(number)));
}

/** The same for a folder. */
export async function fillFolder(folder: string): Promise<void> {
  const at = (name: string | Buffer) => Buffer.concat([Buffer.from(`${folder}/odd/`), Buffer.from(name)]);
  await mkdir(at('deep/er'), { recursive: true });
  await mkdir(at('empty'));
  await writeFile(at(Buffer.from([0xff, 0x0a, 0x22, 0x80])), Buffer.from([0, 255, 10, 13]));
  await writeFile(at('run'), '#!/bin/sh\n');
  await chmod(at('run'), 0o6751);
  await link(at('run'), at('deep/same'));
  await symlink('../nowhere', at('deep/er/dangling'));
  await using sparse = await open(at('sparse'), 'w');
  await sparse.write('begin');
  await sparse.truncate(20 * 2 ** 30);
  // So many that looking through them takes longer than a few writes do: a moment that is none is noticed.
  await mkdir(`${folder}/a-many`);
  for (let from = 0; from < 2_000; from += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => writeFile(`${folder}/a-many/${from + index}`, `${from + index}`)));
  }
  await utimes(at('deep/er'), 1, 1);
  await chmod(at('deep'), 0o1555);
}

async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
