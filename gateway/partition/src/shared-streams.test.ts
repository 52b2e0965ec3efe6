import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { composePartition } from './compose-partition.js';
import { MemoryPartitionDirectory } from './memory-partition-directory.js';
import type { PartitionPlan } from './partition-plan.js';
import { SharedStreams, type SharedStreamsOptions } from './shared-streams.js';
import { subscribePartition, type PartitionEvent, type PartitionEvents, type SubscribePartitionOptions } from './subscribe-partition.js';
import { JournalMember } from './testing/journal-member.js';
import { LIBRARY_SDL } from './testing/library-schema.js';

type DataEvent = Extract<PartitionEvent, { kind: 'data' }>;

const LOANS = 'subscription($after: String) { loans(after: $after) { cursor reader } }';

let plan: PartitionPlan;
let oslo: JournalMember;
let bergen: JournalMember;
let directory: MemoryPartitionDirectory;
let streams: SharedStreams;
let open: PartitionEvents[];

beforeAll(() => {
  ({ plan } = composePartition({ subgraphs: [{ name: 'library', sdl: LIBRARY_SDL }], partitioned: 'library', members: [] }));
});
beforeEach(() => {
  [oslo, bergen] = [new JournalMember('oslo'), new JournalMember('bergen')];
  directory = new MemoryPartitionDirectory([oslo]);
  open = [];
});
afterEach(async () => {
  for (const events of open) await events.return();
  streams.close();
});

const share = (options: SharedStreamsOptions = {}) => (streams = new SharedStreams({ lingerMs: 60_000, ...options }));

/** A subscriber whose upstream is asked for at once. */
function subscribe(after?: string, options: Partial<SubscribePartitionOptions> = {}): Reader {
  const events = subscribePartition({
    plan,
    directory,
    request: { query: LOANS, variables: after === undefined ? {} : { after } },
    context: {},
    signal: new AbortController().signal,
    backoffMs: { first: 1, longest: 5 },
    streams,
    identity: 'ada',
    ...options,
  });
  open.push(events);
  return new Reader(events);
}

class Reader {
  #first: Promise<IteratorResult<PartitionEvent, void>> | undefined;

  constructor(readonly events: PartitionEvents) {
    this.#first = events.next();
    this.#first.catch(() => {});
  }

  async next(): Promise<PartitionEvent> {
    const { value } = await (this.#first ?? this.events.next());
    this.#first = undefined;
    if (!value) throw new Error('the stream has ended');
    return value;
  }

  /** The next event with data. */
  async event(): Promise<DataEvent> {
    for (;;) {
      const event = await this.next();
      if (event.kind === 'data') return event;
    }
  }

  async take(count: number): Promise<string[]> {
    const readers = [];
    while (readers.length < count) readers.push(readerOf(await this.event()));
    return readers;
  }
}

function readerOf({ data }: DataEvent): string {
  return (data as { loans: { reader: string } }).loans.reader;
}

const names = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `r${from + index}`);

describe('a stream that many subscribe to', () => {
  it('has one upstream for all, and gives all the same event and the same cursor', async () => {
    share();
    const readers = Array.from({ length: 300 }, () => subscribe());
    await oslo.untilOpen(1);
    oslo.append('r1', 'r2');
    const events = await Promise.all(readers.map((reader) => reader.event()));
    expect(new Set(events.map(({ source }) => source)).size).toBe(1);
    expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(1);
    for (const reader of readers) expect(await reader.take(1)).toEqual(['r2']);
    expect(oslo.opened).toBe(1);
  });

  it('is not shared by callers who are not the same, by other selections, nor by who has no identity', async () => {
    share();
    subscribe();
    subscribe(undefined, { identity: 'bo' });
    subscribe(undefined, { identity: undefined });
    subscribe(undefined, { identity: undefined });
    subscribe(undefined, { request: { query: 'subscription { loans { reader } }' } });
    await oslo.untilOpen(5);
  });

  it('goes on with the credential of a subscriber who is still there', async () => {
    share();
    const contexts: unknown[] = [];
    const { subscribe: original } = oslo;
    oslo.subscribe = (request, options) => {
      contexts.push(options.context);
      return original.call(oslo, request, options);
    };
    const first = subscribe(undefined, { context: 'first' });
    const second = subscribe(undefined, { context: 'second' });
    await oslo.untilOpen(1);
    await first.events.return();
    oslo.break();
    await oslo.untilOpen(0);
    await oslo.untilOpen(1);
    oslo.append('r1');
    expect(await second.take(1)).toEqual(['r1']);
    expect(contexts).toEqual(['first', 'second']);
  });

  it('lets who comes back with a cursor that is still known join where it left', async () => {
    share();
    const first = subscribe();
    await oslo.untilOpen(1);
    oslo.append(...names(1, 5));
    const { cursor } = await first.event();
    const second = subscribe(cursor);
    expect(await second.take(4)).toEqual(names(2, 5));
    oslo.append('r6');
    expect(await second.take(1)).toEqual(['r6']);
    expect(await first.take(5)).toEqual(names(2, 6));
    expect(oslo.opened).toBe(1);
  });

  it('gives who comes back with an older one an upstream of its own until it has caught up', async () => {
    share({ windowLimit: 2 });
    const first = subscribe();
    await oslo.untilOpen(1);
    oslo.append('r1');
    const { cursor } = await first.event();
    oslo.append(...names(2, 20));
    expect(await first.take(19)).toEqual(names(2, 20));
    const second = subscribe(cursor);
    expect(await second.take(19)).toEqual(names(2, 20));
    await oslo.untilOpen(1);
    expect(oslo.opened).toBe(2);
    oslo.append('r21', 'r22');
    expect(await Promise.all([first.take(2), second.take(2)])).toEqual([names(21, 22), names(21, 22)]);
    expect(oslo.openNow).toBe(1);
  });

  it('gives who is new the whole present state by an upstream of its own, until the next change', async () => {
    share({ freshMs: 0 });
    oslo.append('r1');
    oslo.snapshot = () => ['a', 'b', 'c'];
    const first = subscribe();
    expect(await first.take(3)).toEqual(['a', 'b', 'c']);
    const second = subscribe();
    expect(await second.take(3)).toEqual(['a', 'b', 'c']);
    expect(oslo.openNow).toBe(2);
    oslo.append('r2');
    expect(await Promise.all([first.take(1), second.take(1)])).toEqual([['r2'], ['r2']]);
    await oslo.untilOpen(1);
    oslo.append('r3', 'r4');
    expect(await Promise.all([first.take(2), second.take(2)])).toEqual([names(3, 4), names(3, 4)]);
  });

  it('gives who comes shortly after another the present state of that one, and what has changed since', async () => {
    share({ freshMs: 60_000 });
    oslo.snapshot = () => ['a', 'b'];
    const first = subscribe();
    expect(await first.take(2)).toEqual(['a', 'b']);
    oslo.append('r1');
    expect(await first.take(1)).toEqual(['r1']);
    expect(await subscribe().take(3)).toEqual(['a', 'b', 'r1']);
    expect(oslo.opened).toBe(1);
  });

  it('gives who wants news only what comes from then on, without another upstream', async () => {
    share();
    const first = subscribe(undefined, { tellsNewsOnly: true });
    await oslo.untilOpen(1);
    oslo.append('r1', 'r2');
    expect(await first.take(2)).toEqual(names(1, 2));
    const second = subscribe(undefined, { tellsNewsOnly: true });
    oslo.append('r3');
    const event = await second.event();
    expect(readerOf(event)).toBe('r3');
    oslo.append('r4');
    expect(await subscribe(event.cursor, { tellsNewsOnly: true }).take(1)).toEqual(['r4']);
    expect(oslo.opened).toBe(1);
  });

  it('outlives its last subscriber for a while, so that one that comes back finds it', async () => {
    share();
    const first = subscribe();
    await oslo.untilOpen(1);
    oslo.append('r1');
    const { cursor } = await first.event();
    await first.events.return();
    oslo.append('r2');
    expect(await subscribe(cursor).take(1)).toEqual(['r2']);
    expect(oslo.opened).toBe(1);
  });

  it('ends when nobody came back', async () => {
    share({ lingerMs: 1 });
    const first = subscribe();
    await oslo.untilOpen(1);
    await first.events.return();
    await oslo.untilOpen(0);
  });

  it('reads what is long past in parts, however small the buffer, and loses nothing', async () => {
    share({ windowLimit: 5 });
    oslo.append(...names(1, 2_000));
    const reader = subscribe(Buffer.from('{"oslo":"0"}').toString('base64url'), { bufferLimit: 20 });
    expect(await reader.take(2_000)).toEqual(names(1, 2_000));
    oslo.append('r2001');
    expect(await reader.take(1)).toEqual(['r2001']);
  });

  it('tells who joins a lost stream that it is lost, and all that it is back', async () => {
    share();
    const first = subscribe();
    await oslo.untilOpen(1);
    const { subscribe: original } = oslo;
    oslo.subscribe = () => {
      throw new Error('away');
    };
    oslo.break();
    expect(await first.next()).toMatchObject({ kind: 'member-lost' });
    const second = subscribe();
    expect(await second.next()).toMatchObject({ kind: 'member-lost' });
    oslo.subscribe = original;
    await oslo.untilOpen(1);
    oslo.append('r1');
    for (const reader of [first, second]) {
      expect(await reader.next()).toMatchObject({ kind: 'member-returned' });
      expect(await reader.take(1)).toEqual(['r1']);
    }
  });

  it('counts subscribers, upstreams and events for whoever watches', async () => {
    const counts = { subscribers: 0, upstreams: 0, lags: [] as number[] };
    share({
      lingerMs: 0,
      observer: {
        subscribersChanged: ({ change }) => (counts.subscribers += change),
        upstreamsChanged: ({ change }) => (counts.upstreams += change),
        streamEvent: ({ lagMs }) => counts.lags.push(lagMs),
      },
    });
    const readers = [subscribe(), subscribe()];
    await oslo.untilOpen(1);
    expect(counts).toMatchObject({ subscribers: 2, upstreams: 1 });
    oslo.append('r1');
    for (const reader of readers) await reader.take(1);
    expect(counts.lags).toHaveLength(2);
    for (const reader of readers) await reader.events.return();
    expect(counts).toMatchObject({ subscribers: 0, upstreams: 0 });
  });
});

describe('subscribers who come, leave, lag and come back at random, while upstreams break', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('each get every event of each member once and in order (seed %i)', async (seed) => {
    directory = new MemoryPartitionDirectory([oslo, bergen]);
    share({ windowLimit: 8, freshMs: 2, lingerMs: 1 });
    const random = randomFrom(seed);
    const clients: { reader: Reader; cursor: string | undefined; got: Map<string, number> }[] = [];
    const members = [oslo, bergen];
    for (const member of members) member.append('r1');
    const begin = Buffer.from('{"bergen":"0","oslo":"0"}').toString('base64url');
    for (let step = 0; step < 300; step++) {
      const what = random();
      if (what < 0.5) members[Math.floor(random() * 2)]!.append(`r${step}`);
      else if (what < 0.6 && clients.length < 12) clients.push({ reader: subscribe(begin), cursor: begin, got: new Map() });
      else if (what < 0.63) members[Math.floor(random() * 2)]!.break(Math.floor(random() * 3));
      const client = clients[Math.floor(random() * clients.length)];
      if (!client) continue;
      if (random() < 0.08) {
        await client.reader.events.return();
        client.reader = subscribe(client.cursor);
      }
      if (random() < 0.5) await readInOrder(client, lacks(client) > 0 ? Math.ceil(random() * Math.min(10, lacks(client))) : 0);
    }
    for (const client of clients) await readInOrder(client, lacks(client));
    for (const member of members) member.append('last');
    for (const client of clients) await readInOrder(client, 2);
    expect(clients.length).toBeGreaterThan(3);
    await Promise.all(members.map((member) => member.untilOpen(1)));

    function lacks({ got }: (typeof clients)[number]): number {
      return members.reduce((sum, { id, journal }) => sum + journal.length - (got.get(id) ?? 0), 0);
    }

    async function readInOrder(client: (typeof clients)[number], count: number): Promise<void> {
      for (let i = 0; i < count; i++) {
        const event = await client.reader.event();
        const { member, source, cursor } = event;
        const place = (client.got.get(member) ?? 0) + 1;
        expect(source.cursor).toBe(String(place));
        expect(readerOf(event)).toBe(members.find(({ id }) => id === member)!.journal[place - 1]);
        client.got.set(member, place);
        expect(JSON.parse(Buffer.from(cursor!, 'base64url').toString())).toMatchObject({ [member]: String(place) });
        client.cursor = cursor;
      }
    }
  });
});

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
