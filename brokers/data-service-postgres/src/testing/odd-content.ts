import type pg from 'pg';

/** Statements of an application that uses much of PostgreSQL, as the owner. */
export const oddContent = `
  CREATE EXTENSION pg_trgm;
  CREATE EXTENSION hstore;
  CREATE SCHEMA "Odd ""Schema"" to from; with $$ and 'quotes'";
  CREATE TYPE "Odd ""Schema"" to from; with $$ and 'quotes'"."MoOd" AS ENUM ('glad', 'sad; GRANT x TO y');
  CREATE TABLE "Odd ""Schema"" to from; with $$ and 'quotes'"."Täble – 表" (
    "to" serial PRIMARY KEY, "select" "Odd ""Schema"" to from; with $$ and 'quotes'"."MoOd" DEFAULT 'glad',
    bytes bytea, attributes hstore, amounts numeric(30,10)[], "GENERATED" int GENERATED ALWAYS AS ("to" * 2) STORED);
  INSERT INTO "Odd ""Schema"" to from; with $$ and 'quotes'"."Täble – 表" ("select", bytes, attributes, amounts)
    SELECT 'sad; GRANT x TO y', decode(repeat(lpad(to_hex(i % 256), 2, '0'), 300) || '00ff0a0d5c2e0a', 'hex'), hstore('k', E'\\\\.\\n\\\\N' || i), ARRAY[i / 3.0, NULL, 'NaN'::numeric] FROM generate_series(1, 500) i;
  CREATE TABLE app_owner (id int PRIMARY KEY, note text);
  CREATE TABLE empty_one (id int);
  CREATE TABLE empty_of_columns ();
  CREATE TABLE kept_by_month (id int, at date) PARTITION BY RANGE (at);
  CREATE TABLE kept_by_month_1 PARTITION OF kept_by_month FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  INSERT INTO kept_by_month VALUES (1, '2026-01-15');
  CREATE UNLOGGED TABLE unlogged_one AS SELECT 1 AS id;
  CREATE SEQUENCE odd_steps START 7 INCREMENT -3 MINVALUE -1000 MAXVALUE 100 CYCLE;
  SELECT nextval('odd_steps'), nextval('odd_steps'), setval('"Odd ""Schema"" to from; with $$ and ''quotes''"."Täble – 表_to_seq"', 2007199254);
  CREATE SEQUENCE never_used;
  CREATE VIEW summary AS SELECT count(*) AS rows FROM app_owner;
  CREATE MATERIALIZED VIEW summary_kept AS SELECT 'policy TO nobody' AS text;
  CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS $body$ SELECT i * 2 -- GRANT ALL ON TABLE x TO y;
  $body$;
  CREATE INDEX by_twice ON app_owner (twice(id));
  CREATE INDEX by_similarity ON app_owner USING gin (note gin_trgm_ops);
  CREATE FUNCTION stamped() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := coalesce(NEW.note, ''stamped''); RETURN NEW; END';
  CREATE TRIGGER stamp BEFORE INSERT ON app_owner FOR EACH ROW EXECUTE FUNCTION stamped();
  INSERT INTO app_owner VALUES (1, NULL), (2, 'E''\\\\ 表');
  COMMENT ON TABLE app_owner IS 'a table with the name of a role';
  SELECT lo_from_bytea(4711, decode(repeat('00ff', 400000), 'hex')), lo_from_bytea(4712, '');
  GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC;
  GRANT SELECT (id) ON app_owner TO PUBLIC;
  REVOKE DELETE ON empty_one FROM CURRENT_USER;
  GRANT USAGE ON SCHEMA "Odd ""Schema"" to from; with $$ and 'quotes'" TO PUBLIC;
  REVOKE EXECUTE ON FUNCTION twice FROM PUBLIC;
  ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
  ALTER TABLE app_owner ENABLE ROW LEVEL SECURITY;
  CREATE POLICY "to all" ON app_owner FOR SELECT TO PUBLIC USING (note <> 'TO nobody');
`;

/** Everything that can be seen of a database, in words that do not depend on names of roles. Equal content has equal words. */
export async function describeContent(client: pg.Client, roleNames: ReadonlyMap<string, string>): Promise<Readonly<Record<string, unknown>>> {
  const all = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;
  const neutral = (text: unknown): unknown =>
    JSON.parse([...roleNames].sort(([one], [other]) => other.length - one.length).reduce((changed, [name, neutralName]) => changed.replaceAll(name, neutralName), JSON.stringify(text))) as unknown;
  const own = `n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%'`;
  // An array of rights says the same in any order.
  const rights = (column: string) => `(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(${column}) a) AS rights`;
  const relations = await all(
    `SELECT n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity, pg_get_userbyid(c.relowner) AS owner, obj_description(c.oid) AS comment, ${rights('c.relacl')},
            (SELECT array_agg(attname || ' ' || format_type(atttypid, atttypmod) || coalesce(' ' || pg_get_expr(adbin, adrelid), '') || coalesce(' ' || attacl::text, '') ORDER BY attnum) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = c.oid AND attnum > 0) AS columns
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} ORDER BY 1, 2`,
  );
  const rows: Record<string, unknown> = {};
  for (const { nspname, relname, relkind } of relations) {
    if (!['r', 'p', 'm', 'v', 'S'].includes(String(relkind))) continue;
    const name = `${client.escapeIdentifier(String(nspname))}.${client.escapeIdentifier(String(relname))}`;
    rows[name] = await all(relkind === 'S' ? `SELECT last_value::text, is_called FROM ${name}` : `SELECT count(*)::text, md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM ${name} t`);
  }
  return neutral({
    relations,
    rows,
    sequences: await all('SELECT schemaname, sequencename, start_value, min_value, max_value, increment_by, cycle FROM pg_sequences ORDER BY 1, 2'),
    schemas: await all(`SELECT nspname, ${rights('nspacl')} FROM pg_namespace n WHERE ${own} AND nspname <> 'public' ORDER BY 1`),
    functions: await all(`SELECT n.nspname, proname, md5(pg_get_functiondef(p.oid)) AS definition, ${rights('proacl')} FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_depend d ON d.objid = p.oid AND d.deptype = 'e' WHERE ${own} AND d.objid IS NULL AND prokind = 'f' ORDER BY 1, 2`),
    indexes: await all(`SELECT schemaname, indexname, indexdef FROM pg_indexes WHERE schemaname NOT LIKE 'pg_%' ORDER BY 1, 2`),
    triggers: await all('SELECT tgname, pg_get_triggerdef(oid) AS definition FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1'),
    policies: await all('SELECT schemaname, tablename, policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies ORDER BY 1, 2, 3'),
    defaults: await all(`SELECT pg_get_userbyid(defaclrole) AS owner, defaclobjtype, ${rights('defaclacl')} FROM pg_default_acl ORDER BY 1, 2`),
    largeObjects: await all(`SELECT oid::text, md5(lo_get(oid)) AS content, pg_get_userbyid(lomowner) AS owner, ${rights('lomacl')} FROM pg_largeobject_metadata ORDER BY 1`),
    extensions: await all('SELECT extname FROM pg_extension ORDER BY 1'),
    enums: await all('SELECT enumlabel FROM pg_enum ORDER BY enumsortorder'),
  }) as Readonly<Record<string, unknown>>;
}
