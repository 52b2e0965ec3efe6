import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composePartition } from './compose-partition.js';
import { decodeCursorVector } from './cursor-vector.js';
import { MemoryPartitionDirectory } from './memory-partition-directory.js';
import type { HttpPartitionMember } from './http-partition-member.js';
import { SubscriptionRefusedError } from './member-stream.js';
import type { PartitionPlan } from './partition-plan.js';
import { subscribePartition, type PartitionEvent, type PartitionEvents, type SubscribePartitionOptions } from './subscribe-partition.js';
import { Library } from './testing/library.js';
import { LIBRARY_SDL } from './testing/library-schema.js';

const LOANS = 'subscription($after: String) { loans(after: $after) { cursor reader book { id } } }';

describe('a stream of three libraries', () => {
  let libraries: Library[];
  let members: HttpPartitionMember[];
  let directory: MemoryPartitionDirectory;
  let plan: PartitionPlan;
  let open: Subscriber[];

  beforeEach(async () => {
    libraries = await Promise.all(['bergen', 'oslo', 'tromso'].map((id) => new Library(id).start()));
    for (const library of libraries) library.addBook(1);
    members = libraries.map((library) => library.member({ pingIntervalMs: 3_000 }));
    directory = new MemoryPartitionDirectory(members);
    plan = composePartition({ subgraphs: [{ name: 'library', sdl: LIBRARY_SDL }], partitioned: 'library', members: [] }).plan;
    open = [];
  });
  afterEach(async () => {
    for (const subscriber of open) await subscriber.leave();
    for (const member of members) member.close();
    await Promise.all(libraries.map((library) => library.stop()));
  });

  function subscribe(options: Partial<SubscribePartitionOptions> = {}): Subscriber {
    const subscriber = new Subscriber({
      plan,
      directory,
      request: { query: LOANS },
      context: {},
      signal: new AbortController().signal,
      backoffMs: { first: 10, longest: 50 },
      ...options,
    });
    open.push(subscriber);
    return subscriber;
  }

  const library = (id: string): Library => libraries.find((candidate) => candidate.id === id)!;
  const lend = (id: string, reader: string): void => library(id).lend(`${id}.book.00001`, reader);

  it('brings the events of all, each with a cursor that says how far each library has come', async () => {
    const subscriber = subscribe();
    lend('oslo', 'Ada');
    expect((await subscriber.data()).data).toMatchObject({ loans: { reader: 'Ada', book: { id: 'oslo.book.00001' } } });
    lend('bergen', 'Bo');
    const second = await subscriber.data();
    expect(second.data).toMatchObject({ loans: { reader: 'Bo', cursor: second.cursor } });
    expect(Object.fromEntries(decodeCursorVector(second.cursor!))).toEqual({ bergen: '1', oslo: '1' });
  });

  it('resumes a client after the cursor it gives, with nothing lost and nothing twice', async () => {
    const first = subscribe();
    lend('oslo', 'o1');
    const seen = await first.data();
    await first.leave();
    lend('oslo', 'o2');
    lend('tromso', 't1');
    const resumed = subscribe({ request: { query: LOANS, variables: { after: seen.cursor } } });
    const readers = [await resumed.reader(), await resumed.reader()];
    expect(readers.sort()).toEqual(['o2', 't1']);
    lend('oslo', 'o3');
    expect(await resumed.reader()).toBe('o3');
  });

  it('tells that a library is lost and back, and misses none of its events', async () => {
    const subscriber = subscribe();
    lend('oslo', 'o1');
    expect(await subscriber.reader()).toBe('o1');
    await library('oslo').stop();
    expect(await subscriber.next()).toMatchObject({ kind: 'member-lost', member: 'oslo', code: 'SITE_UNAVAILABLE' });
    lend('oslo', 'o2');
    lend('bergen', 'b1');
    expect(await subscriber.reader()).toBe('b1');
    await library('oslo').start();
    expect(await subscriber.next()).toMatchObject({ kind: 'member-returned', member: 'oslo' });
    expect(await subscriber.reader()).toBe('o2');
  });

  describe('that tell who is new what is new only', () => {
    const positionOf = async ({ id }: { id: string }): Promise<string> => String(library(id).loans.length);

    beforeEach(() => {
      for (const each of libraries) each.tellsNewsOnly = true;
    });

    it('resumes a client also where it had no event yet', async () => {
      const first = subscribe({ positionOf });
      await Promise.all(libraries.map((each) => each.untilSubscribed()));
      lend('oslo', 'o1');
      const seen = await first.data();
      await first.leave();
      lend('tromso', 't1');
      lend('tromso', 't2');
      const resumed = subscribe({ positionOf, request: { query: LOANS, variables: { after: seen.cursor } } });
      expect([await resumed.reader(), await resumed.reader()]).toEqual(['t1', 't2']);
    });

    it('misses nothing of a library that is lost before its first event', async () => {
      const subscriber = subscribe({ positionOf });
      await library('tromso').untilSubscribed();
      await library('tromso').stop();
      expect(await subscriber.next()).toMatchObject({ kind: 'member-lost', member: 'tromso' });
      lend('tromso', 't1');
      await library('tromso').start();
      expect(await subscriber.next()).toMatchObject({ kind: 'member-returned', member: 'tromso' });
      expect(await subscriber.reader()).toBe('t1');
    });

    it('follows a library that cannot tell where it stands from its present state on', async () => {
      const subscriber = subscribe({ positionOf: () => Promise.reject(new Error('asked too much')) });
      await library('oslo').untilSubscribed();
      lend('oslo', 'o1');
      expect(await subscriber.reader()).toBe('o1');
    });
  });

  it('finds out that a library hangs, without a word from its socket', async () => {
    const subscriber = subscribe();
    lend('oslo', 'o1');
    expect(await subscriber.reader()).toBe('o1');
    library('oslo').freeze();
    expect(await subscriber.next()).toMatchObject({ kind: 'member-lost', member: 'oslo' });
  });

  it('follows members that join and drops those that leave', async () => {
    directory.remove('tromso');
    const subscriber = subscribe();
    lend('oslo', 'o1');
    expect(await subscriber.reader()).toBe('o1');
    lend('tromso', 't1');
    directory.put(members[2]!);
    expect(await subscriber.reader()).toBe('t1');
    directory.remove('tromso');
    expect(await subscriber.next()).toMatchObject({ kind: 'member-lost', member: 'tromso', code: 'SITE_REMOVED' });
    directory.putUnavailable({ id: 'oslo', code: 'SITE_INCOMPATIBLE', message: 'site "oslo" is quarantined' });
    expect(await subscriber.next()).toMatchObject({ kind: 'member-lost', member: 'oslo', code: 'SITE_INCOMPATIBLE' });
  });

  it('asks only the sites that are named, and the client need not select the cursor', async () => {
    const subscriber = subscribe({ request: { query: 'subscription { lent: loans(sites: ["oslo"]) { who: reader } }' } });
    lend('bergen', 'b1');
    lend('oslo', 'o1');
    const event = await subscriber.data();
    expect(event.data).toEqual({ lent: { who: 'o1' } });
    expect(event.cursor).toBeDefined();
  });

  it('follows one owner with its own cursors', async () => {
    library('oslo').addBook(2);
    const query = 'subscription($id: ID!, $after: String) { bookLoans(bookId: $id, after: $after) { at: cursor reader } }';
    const subscriber = subscribe({ request: { query, variables: { id: 'oslo.book.00002' } } });
    lend('oslo', 'other book');
    library('oslo').lend('oslo.book.00002', 'o2');
    expect((await subscriber.data()).data).toEqual({ bookLoans: { at: '2', reader: 'o2' } });
    const resumed = subscribe({ request: { query, variables: { id: 'oslo.book.00002', after: '2' } } });
    library('oslo').lend('oslo.book.00002', 'o3');
    expect((await resumed.data()).data).toEqual({ bookLoans: { at: '3', reader: 'o3' } });
  });

  it('bears a burst that a subscriber had no time to read', async () => {
    const subscriber = subscribe({ bufferLimit: 3, patienceMs: 60_000 });
    lend('oslo', 'r0');
    await subscriber.data();
    const witness = subscribe();
    await witness.data();
    for (let i = 1; i <= 20; i++) lend('oslo', `r${i}`);
    while ((await witness.reader()) !== 'r20');
    const readers: string[] = [];
    while (readers.length < 20) readers.push(await subscriber.reader());
    expect(readers).toEqual(Array.from({ length: 20 }, (_, index) => `r${index + 1}`));
  });

  it('ends a subscriber that reads too slowly with a code, and it can resume', async () => {
    const subscriber = subscribe({ bufferLimit: 3, patienceMs: 0 });
    lend('oslo', 'r0');
    const first = await subscriber.data();
    const witness = subscribe();
    await witness.data();
    for (let i = 1; i <= 20; i++) lend('oslo', `r${i}`);
    // Both come over one socket: what the later one has got, has come for the slow one too.
    while ((await witness.reader()) !== 'r20');
    await expect(subscriber.untilEnd()).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' });
    const resumed = subscribe({ request: { query: LOANS, variables: { after: first.cursor } } });
    expect(await resumed.reader()).toBe('r1');
  });

  it('collapses the events of one subject to the latest while the client is slow', async () => {
    const subscriber = subscribe({ bufferLimit: 3, subjectKey: ({ reader }) => String(reader) });
    lend('oslo', 'start');
    await subscriber.data();
    const witness = subscribe();
    await witness.data();
    for (let i = 1; i <= 200; i++) lend('oslo', i % 2 ? 'odd' : 'even');
    lend('oslo', 'end');
    while ((await witness.reader()) !== 'end');
    const cursors: number[] = [];
    for (;;) {
      const { data, cursor } = await subscriber.data();
      cursors.push(Number(decodeCursorVector(cursor!).get('oslo')));
      if ((data as { loans: { reader: string } }).loans.reader === 'end') break;
    }
    expect(cursors.length).toBeLessThan(10);
    expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
  });

  it('refuses a cursor that is none, an unknown site, and what every member refuses', async () => {
    await expect(subscribe({ request: { query: LOANS, variables: { after: 'x' } } }).next()).rejects.toMatchObject({ code: 'BAD_CURSOR' });
    await expect(subscribe({ request: { query: 'subscription { loans(sites: ["atlantis"]) { reader } }' } }).next()).rejects.toMatchObject({ code: 'UNKNOWN_SITE' });
    await expect(subscribe({ request: { query: 'subscription { bookLoans(bookId: "atlantis.book.1") { reader } }' } }).next()).rejects.toMatchObject({ code: 'UNKNOWN_SITE' });
    for (const refusing of libraries) refusing.refusesSubscriptions = true;
    await expect(subscribe().untilEnd()).rejects.toThrowError(SubscriptionRefusedError);
  });

  describe('keeps to itself what a library did not foresee', () => {
    const inside = 'connect ECONNREFUSED 10.9.8.7:5432\n    at query (/srv/app/node_modules/pg/lib/client.js:526:17)';
    const secrets = /10\.9\.8\.7|ECONN|node_modules|stack|https?:/;
    const uncoded: [string, GraphQLError][] = [
      ['an error without a code', new GraphQLError(inside, { extensions: { stacktrace: [inside] } })],
      ['the code of a defect', new GraphQLError(inside, { extensions: { code: 'INTERNAL_SERVER_ERROR', exception: { stack: inside } } })],
      ['the code of a defect behind it', new GraphQLError(`GET http://10.9.8.7/ failed`, { extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', url: 'http://10.9.8.7' } })],
    ];

    it.each(uncoded)('in an event: %s', async (_what, error) => {
      library('oslo').shelfError = error;
      const subscriber = subscribe({ request: { query: 'subscription { loans { reader book { shelf { room } } } }' } });
      lend('oslo', 'Ada');
      const event = await subscriber.data();
      expect(event.errors).toMatchObject([{ message: 'site "oslo" failed here; its own log says why', extensions: { code: 'SITE_ERROR', site: 'oslo' } }]);
      expect(JSON.stringify([event, event.source])).not.toMatch(secrets);
    });

    it.each(uncoded)('in a refusal: %s', async (_what, error) => {
      for (const refusing of libraries) refusing.refusesSubscriptions = error;
      const refusal = (await subscribe().untilEnd().catch((thrown: unknown) => thrown)) as SubscriptionRefusedError;
      expect(refusal.errors).toMatchObject([{ extensions: { code: 'SITE_ERROR' } }]);
      expect(JSON.stringify([refusal.message, refusal.errors])).not.toMatch(secrets);
    });

    it('unless it is told to pass it on, and then without the stack', async () => {
      library('oslo').shelfError = uncoded[0]![1];
      const subscriber = subscribe({ request: { query: 'subscription { loans { reader book { shelf { room } } } }' }, uncodedErrors: 'pass' });
      lend('oslo', 'Ada');
      expect((await subscriber.data()).errors).toMatchObject([{ message: 'connect ECONNREFUSED 10.9.8.7:5432', extensions: { site: 'oslo' } }]);
    });
  });

  it('lets go of the upstream when its reader leaves without having got an event', async () => {
    const subscriber = subscribe();
    const waiting = subscriber.next();
    await library('oslo').untilSubscribed();
    await subscriber.leave();
    await expect(waiting).resolves.toBeUndefined();
    await library('oslo').untilNoSubscriptions();
  });
});

/** Reads one event at a time, as a slow client does. */
class Subscriber {
  readonly #events: PartitionEvents;

  constructor(options: SubscribePartitionOptions) {
    this.#events = subscribePartition(options);
    // The upstream is there before the first event is read.
    this.#first = this.#events.next();
    this.#first.catch(() => {});
  }

  #first: Promise<IteratorResult<PartitionEvent, void>> | undefined;

  async next(): Promise<PartitionEvent | undefined> {
    const result = await (this.#first ?? this.#events.next());
    this.#first = undefined;
    return result.value ?? undefined;
  }

  async data(): Promise<Extract<PartitionEvent, { kind: 'data' }>> {
    const event = await this.next();
    if (event?.kind !== 'data') throw new Error(`expected an event with data, got ${JSON.stringify(event)}`);
    return event;
  }

  async reader(): Promise<string> {
    return ((await this.data()).data as { loans: { reader: string } }).loans.reader;
  }

  async untilEnd(): Promise<void> {
    while (await this.next());
  }

  async leave(): Promise<void> {
    await this.#events.return();
  }
}
