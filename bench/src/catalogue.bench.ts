// 100,000 copies in one Site's database, asked for over its GraphQL: each list, filter and search with the indexes of the
// catalogue, and the same again without them.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { createMemoryDataServiceBroker } from '@ocopea/data-service-memory';
import { createLogger } from '@ocopea/edge';
import { PostgresServer } from '@ocopea/embedded';
import { applyMigrations, migrationsDirectory } from '@ocopea/migrations';
import { createMemoryPaasBroker } from '@ocopea/paas-memory';
import { Secret } from '@ocopea/security';
import { startSite } from '@ocopea/site';
import pg from 'pg';
import { megabytes, median } from './measure.js';

const { values } = parseArgs({ options: { copies: { type: 'string', default: '100000' }, requests: { type: 'string', default: '40' } } });
const total = Number(values.copies);
const requests = Number(values.requests);
const token = 'ocopea_token-of-a-benchmark-0123456789-0123456789';

const directory = await mkdtemp(path.join(os.tmpdir(), 'ocopea-bench-'));
const server = await PostgresServer.initialise({ directory: path.join(directory, 'server') });
await server.start();
await server.ensureDatabase('catalogue');
const databaseUrl = server.connectionString('catalogue');
await applyMigrations({ databaseUrl, directory: migrationsDirectory('site') });
const sql = new pg.Client({ connectionString: databaseUrl });
await sql.connect();

const site = await startSite({
  siteId: 'bench',
  name: 'Bench',
  location: { label: 'Here' },
  port: 0,
  databaseUrl,
  home: path.join(directory, 'home'),
  adminToken: new Secret(token),
  version: '0.0.0-bench',
  brokers: { dataService: [createMemoryDataServiceBroker()], paas: [createMemoryPaasBroker({ artifacts: [] })], copyRepository: [createMemoryCopyRepositoryBroker()] },
  log: createLogger({ name: 'bench', level: 'error' }),
});
try {
  await fill();
  const withIndexes = await measureAll();
  await dropIndexes();
  const without = await measureAll(Math.max(5, Math.floor(requests / 4)));
  print(withIndexes, without);
  await statistics();
} finally {
  await site.close();
  await sql.end();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
}

/** Rows of many shapes over two years: 500 applications, labels that many, some and one have, a rare word in each thousandth note. */
async function fill(): Promise<void> {
  await sql.query(
    `INSERT INTO copies (id, app_instance_id, app_instance_name, phase, outcome, usable, consistency, manifest, created_at, taken_at, verified_at, expires_at, bytes, stored_bytes, labels, label_terms, notes)
     SELECT 'bench.copy.' || substr(hex, 1, 8) || '-' || substr(hex, 9, 4) || '-7000-8000-' || lpad(to_hex(i), 12, '0'), 'bench.app.0192aaaa-bbbb-7ccc-8ddd-' || lpad(to_hex(i % 500), 12, '0'), 'app-' || (i % 500), 'DONE',
       (CASE WHEN i % 997 = 0 THEN 'FAILED' ELSE 'SUCCEEDED' END)::copy_outcome, i % 997 <> 0, 'CRASH', '{"appServices":[],"dataServices":[]}',
       now() - i * interval '10 minutes', CASE WHEN i % 997 <> 0 THEN now() - i * interval '10 minutes' END,
       CASE WHEN i % 3 <> 0 AND i % 997 <> 0 THEN now() - i * interval '9 minutes' END, CASE WHEN i % 5 = 0 THEN now() + i * interval '1 hour' END,
       (i::bigint * 7919000021) % 50000000000, (i::bigint * 7907000009) % 9000000000,
       jsonb_build_object('env', e, 'team', 't' || i % 50, 'ticket', i::text), ARRAY['env', 'env=' || e, 'team', 'team=t' || i % 50, 'ticket', 'ticket=' || i],
       'nightly copy of ' || (i % 500) || CASE WHEN i % 1000 = 7 THEN ' before upgrade number' || i ELSE '' END
     FROM generate_series(1, $1::int) i, LATERAL (SELECT CASE WHEN i % 100 = 0 THEN 'prod' ELSE 'test' END AS e, lpad(to_hex(1700000000000 + i), 12, '0') AS hex) AS one`,
    [total],
  );
  await sql.query(`INSERT INTO copy_history (copy_id, app_instance_name, at, outcome, bytes, stored_bytes) SELECT id, app_instance_name, created_at, outcome, bytes, stored_bytes FROM copies`);
  await sql.query('VACUUM ANALYZE copies');
  await sql.query('VACUUM ANALYZE copy_history');
}

async function dropIndexes(): Promise<void> {
  const { rows } = await sql.query<{ indexname: string }>(`SELECT indexname FROM pg_indexes WHERE tablename = 'copies' AND indexname <> 'copies_pkey'`);
  for (const { indexname } of rows) await sql.query(`DROP INDEX "${indexname}"`);
  await sql.query('ANALYZE copies');
}

async function ask(query: string, variables: object): Promise<{ data: Record<string, never>; ms: number }> {
  const begin = performance.now();
  const response = await fetch(`${site.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query, variables }) });
  const answer = (await response.json()) as { data: Record<string, never>; errors?: unknown };
  const ms = performance.now() - begin;
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return { data: answer.data, ms };
}

type Figures = { readonly p50: number; readonly p95: number; readonly rows: number };

/** What differs from request to request is made of its number. */
async function measureAll(count = requests): Promise<Map<string, Figures>> {
  const list = 'query ($first: Int, $after: String, $filter: CopyFilter, $orderBy: CopyOrder) { copies(first: $first, after: $after, filter: $filter, orderBy: $orderBy) { edges { cursor node { id appInstanceName phase usable bytes takenAt notes labels { key value } } } pageInfo { hasNextPage } } }';
  const counted = 'query ($filter: CopyFilter) { copies(first: 50, filter: $filter) { totalCount edges { node { id } } } }';
  const dateOf = (n: number) => new Date(Date.now() - ((n * 7919) % total) * 600_000).toISOString();
  const numberOf = (n: number) => 1 + ((n * 7919) % total);
  const orders = ['CREATED_AT', 'TAKEN_AT', 'VERIFIED_AT', 'EXPIRES_AT', 'BYTES', 'STORED_BYTES', 'APPLICATION'].flatMap((field) =>
    ['ASC', 'DESC'].map((direction): [string, string, (n: number) => object] => [`first page by ${field} ${direction}`, list, (n) => ({ first: 20 + (n % 30), orderBy: { field, direction } })]),
  );
  const cases: [string, string, (n: number) => object][] = [
    ...orders,
    ['application, newest first', list, (n) => ({ filter: { appInstanceName: `app-${n % 500}` } })],
    ['application, largest first', list, (n) => ({ filter: { appInstanceName: `app-${n % 500}` }, orderBy: { field: 'BYTES' } })],
    ['label that one has', list, (n) => ({ filter: { labels: [{ key: 'ticket', values: [String(numberOf(n))] }] } })],
    ['label that 2 % have', list, (n) => ({ filter: { labels: [{ key: 'team', values: [`t${n % 50}`] }] } })],
    ['label that 1 % have, by size', list, (n) => ({ first: 20 + n, filter: { labels: [{ key: 'env', values: ['prod'] }] }, orderBy: { field: 'BYTES' } })],
    ['label that nobody has', list, (n) => ({ filter: { labels: [{ key: `none-${n}` }] } })],
    ['rare word', list, (n) => ({ filter: { text: `upgrade number${(n % Math.floor(total / 1000)) * 1000 + 7}` } })],
    ['word that all have', list, (n) => ({ first: 20 + n, filter: { text: 'nightly' } })],
    ['beginning of a word', list, (n) => ({ filter: { text: `upg`, largerThan: n * 1000 } })],
    ['not usable', list, (n) => ({ first: 20 + n, filter: { usable: false } })],
    ['not verified, oldest first', list, (n) => ({ first: 20 + n, filter: { verified: false }, orderBy: { field: 'CREATED_AT', direction: 'ASC' } })],
    ['expired (none)', list, (n) => ({ first: 20 + n, filter: { expired: true } })],
    ['taken between', list, (n) => ({ filter: { takenFrom: dateOf(n + 1), takenBefore: new Date(Date.parse(dateOf(n + 1)) + 86_400_000).toISOString() } })],
    ['larger than all but 0.1 %', list, (n) => ({ filter: { largerThan: 49_950_000_000 - n } })],
    ['all at once', list, (n) => ({ filter: { appInstanceName: `app-${n % 500}`, usable: true, verified: true, text: 'nightly', labels: [{ key: 'env', values: ['test'] }], largerThan: 1_000_000 } })],
    ['2 %, counted', counted, (n) => ({ filter: { labels: [{ key: 'team', values: [`t${n % 50}`] }] } })],
    ['application, counted', counted, (n) => ({ filter: { appInstanceName: `app-${n % 500}` } })],
  ];
  const figures = new Map<string, Figures>();
  for (const [name, query, variables] of cases) {
    const times: number[] = [];
    let rows = 0;
    for (let n = 0; n < count; n++) {
      const { data, ms } = await ask(query, variables(n));
      times.push(ms);
      rows = Math.max(rows, (data as unknown as { copies: { edges: unknown[] } }).copies.edges.length);
    }
    figures.set(name, figuresOf(times, rows));
  }
  figures.set('page from the middle, by BYTES', await deepPages(list, count));
  return figures;
}

/** The page after a row in the middle: its cursor is taken from a page that a filter brings near. */
async function deepPages(list: string, count: number): Promise<Figures> {
  const times: number[] = [];
  let rows = 0;
  for (let n = 0; n < count; n++) {
    const orderBy = { field: 'BYTES', direction: 'ASC' };
    const near = await ask(list, { first: 1, filter: { largerThan: 20_000_000_000 + n * 10_000_000 }, orderBy });
    const after = (near.data as unknown as { copies: { edges: { cursor: string }[] } }).copies.edges[0]!.cursor;
    const { data, ms } = await ask(list, { first: 50, after, orderBy });
    times.push(ms);
    rows = (data as unknown as { copies: { edges: unknown[] } }).copies.edges.length;
  }
  return figuresOf(times, rows);
}

function figuresOf(times: readonly number[], rows: number): Figures {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: median(times), p95: sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * 0.95) - 1)]!, rows };
}

function print(ours: ReadonlyMap<string, Figures>, without: ReadonlyMap<string, Figures>): void {
  console.log(`${total} copies, ${requests} requests each over GraphQL, milliseconds; without: the same with the primary key as the only index\n`);
  console.log(`${'query'.padEnd(34)} ${'rows'.padStart(5)} ${'p50'.padStart(8)} ${'p95'.padStart(8)} ${'without p50'.padStart(12)} ${'without p95'.padStart(12)} ${'ratio of p50'.padStart(13)}`);
  for (const [name, { p50, p95, rows }] of ours) {
    const other = without.get(name)!;
    console.log(`${name.padEnd(34)} ${String(rows).padStart(5)} ${p50.toFixed(1).padStart(8)} ${p95.toFixed(1).padStart(8)} ${other.p50.toFixed(1).padStart(12)} ${other.p95.toFixed(1).padStart(12)} ${`${(other.p50 / p50).toFixed(1)}x`.padStart(13)}`);
  }
  const worst = [...ours].reduce((a, b) => (b[1].p95 > a[1].p95 ? b : a));
  console.log(`\nhighest p95: ${worst[1].p95.toFixed(1)} ms (${worst[0]})`);
}

/** Figures over everything against a client that reads everything to make them. */
async function statistics(): Promise<void> {
  const timesOf = async (query: string): Promise<Figures> => {
    const times: number[] = [];
    for (let n = 0; n < requests; n++) times.push((await ask(query, {})).ms);
    return figuresOf(times, 1);
  };
  const memory = process.memoryUsage().rss;
  const figures = await timesOf('{ copyStatistics { copies usableCopies logicalBytes storedBytes } }');
  const history = await timesOf('{ copyHistory(interval: MONTH, from: "2020-01-01T00:00:00.000Z") { start copies failed bytes } }');
  const grown = process.memoryUsage().rss - memory;
  const begin = performance.now();
  let after: string | undefined;
  let read = 0;
  do {
    const { data } = await ask('query ($after: String) { copies(first: 500, after: $after, orderBy: { field: APPLICATION }) { edges { node { bytes storedBytes usable } } pageInfo { endCursor hasNextPage } } }', { after: after ?? null });
    const { edges, pageInfo } = (data as unknown as { copies: { edges: unknown[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }).copies;
    read += edges.length;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
  } while (after !== undefined && read < total / 10);
  const naive = ((performance.now() - begin) * total) / read;
  console.log(`\ncopyStatistics: p50 ${figures.p50.toFixed(1)} ms, p95 ${figures.p95.toFixed(1)} ms; a client that pages through all: ${(naive / 1000).toFixed(1)} s (from ${read} rows), ${(naive / figures.p50).toFixed(0)}x`);
  console.log(`copyHistory by month, all years: p50 ${history.p50.toFixed(1)} ms, p95 ${history.p95.toFixed(1)} ms; the process grew by ${megabytes(Math.max(0, grown))} in ${2 * requests} requests`);
}
