import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { JournalEntry } from './journal.js';
import { PostgresJournal } from './postgres-journal.js';
import { PostgresListener } from './postgres-listener.js';
import { query, RecordingLog, startScratchServer, type ScratchServer } from './testing/index.js';
import { inTransaction } from './transaction.js';

let server: ScratchServer;
let databaseUrl: string;
let pool: pg.Pool;
let listener: PostgresListener;
let journal: PostgresJournal;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  databaseUrl = await server.database();
  await open({});
});
afterEach(close);

async function open(retention: { maxEntries?: number; maxAgeMs?: number }): Promise<void> {
  const log = new RecordingLog();
  pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
  pool.on('error', () => undefined);
  listener = new PostgresListener({ databaseUrl, log });
  journal = new PostgresJournal({ pool, listener, log, ...retention });
  await listener.open();
}

async function close(): Promise<void> {
  journal.close();
  await listener.close();
  await pool.end();
}

const entry = (n: number, subjectId?: string) => ({ kind: 'test.happened', message: `number ${n}`, payload: { n }, subjectId });

/** The next `count` entries. */
async function take(entries: AsyncIterableIterator<JournalEntry>, count: number): Promise<JournalEntry[]> {
  const taken: JournalEntry[] = [];
  while (taken.length < count) {
    const next = await entries.next();
    if (next.done === true) throw new Error(`the journal ended after ${taken.length} entries`);
    taken.push(next.value);
  }
  return taken;
}

it('numbers entries without a gap, in the order given', async () => {
  await journal.append([entry(1), entry(2)]);
  await journal.append([entry(3)]);
  const entries = await journal.read();
  expect(entries.map(({ seq, message }) => [seq, message])).toEqual([[1, 'number 1'], [2, 'number 2'], [3, 'number 3']]);
  expect(await journal.head()).toBe(3);
  expect(entries[0]?.payload).toEqual({ n: 1 });
});

it('shows a subscriber every entry once, however many transactions append side by side and roll back', async () => {
  const entries = journal.subscribe({ after: 0 });
  const writers = Array.from({ length: 200 }, (_, n) =>
    inTransaction(pool, async (client) => {
      await client.query('SELECT pg_sleep(random() * 0.005)');
      await journal.append([entry(n)], client);
      if (n % 10 === 0) throw new Error('rolled back');
    }).catch(() => undefined),
  );
  const seen = await take(entries, 180);
  await Promise.all(writers);
  expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 180 }, (_, n) => n + 1));
  expect(new Set(seen.map(({ message }) => message)).size).toBe(180);
  await entries.return?.();
});

it('resumes behind a given entry, also far behind what is kept in memory', async () => {
  const early = journal.subscribe({ after: 0 });
  for (let page = 0; page < 3; page++) await journal.append(Array.from({ length: 800 }, (_, n) => entry(page * 800 + n)));
  expect((await take(early, 2400)).at(-1)?.seq).toBe(2400);
  const late = journal.subscribe({ after: 5 });
  expect((await take(late, 2395)).map(({ seq }) => seq)).toEqual(Array.from({ length: 2395 }, (_, n) => n + 6));
  await Promise.all([early.return?.(), late.return?.()]);
});

it('sends only what passes the filter', async () => {
  const entries = journal.subscribe({ after: 0, filter: { subjectId: 'b' } });
  await journal.append([entry(1, 'a'), entry(2, 'b'), entry(3)]);
  await journal.append([entry(4, 'b')]);
  expect((await take(entries, 2)).map(({ seq }) => seq)).toEqual([2, 4]);
  expect(await journal.count({ subjectId: 'b' })).toBe(2);
  expect((await journal.read({ filter: { exceptKinds: ['test.happened'] } })).length).toBe(0);
  await entries.return?.();
});

it('loses nothing when the connection that listens is cut', async () => {
  const entries = journal.subscribe({ after: 0 });
  await journal.append([entry(1)]);
  await take(entries, 1);
  await query(databaseUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ocopea listener' AND datname = current_database()`);
  await journal.append([entry(2)]);
  expect((await take(entries, 1))[0]?.message).toBe('number 2');
  await entries.return?.();
});

it('ends a subscription that waits when its consumer leaves, its signal aborts or the journal closes', async () => {
  const left = journal.subscribe();
  const leaving = left.next();
  await left.return?.();
  expect(await leaving).toMatchObject({ done: true });

  const controller = new AbortController();
  const aborted = journal.subscribe({ signal: controller.signal }).next();
  controller.abort();
  expect(await aborted).toMatchObject({ done: true });

  const open = journal.subscribe().next();
  journal.close();
  expect(await open).toMatchObject({ done: true });
});

it('keeps as many entries as it shall, and knows from where on nothing is missing', async () => {
  await close();
  await open({ maxEntries: 10 });
  await journal.append(Array.from({ length: 25 }, (_, n) => entry(n)));
  expect(await journal.oldest()).toBe(0);
  await journal.prune();
  expect((await journal.read()).map(({ seq }) => seq)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25]);
  expect(await journal.oldest()).toBe(15);
  const entries = journal.subscribe({ after: 3 });
  expect((await take(entries, 1))[0]?.seq).toBe(16);
  await entries.return?.();
});

it('lets entries go when they are old, and still gives out new numbers', async () => {
  await close();
  await open({ maxAgeMs: 60_000 });
  await journal.append([entry(1), entry(2)]);
  await query(databaseUrl, `UPDATE journal_entries SET at = now() - interval '2 minutes'`);
  await journal.prune();
  expect(await journal.read()).toEqual([]);
  expect([await journal.oldest(), await journal.head()]).toEqual([2, 2]);
  await journal.append([entry(3)]);
  expect(await journal.head()).toBe(3);
});

it('pages by time in both directions', async () => {
  await journal.append(Array.from({ length: 7 }, (_, n) => entry(n)));
  const newest = await journal.page({ order: 'DESC', direction: 'forward', limit: 3 });
  expect(newest.map(({ seq }) => seq)).toEqual([7, 6, 5]);
  const next = await journal.page({ order: 'DESC', direction: 'forward', limit: 3, after: newest.at(-1)! });
  expect(next.map(({ seq }) => seq)).toEqual([4, 3, 2]);
  const back = await journal.page({ order: 'DESC', direction: 'backward', limit: 2, before: next[0]! });
  expect(back.map(({ seq }) => seq)).toEqual([5, 6]);
});
