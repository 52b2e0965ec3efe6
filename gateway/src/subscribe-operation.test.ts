import { SiteReport } from '@ocopea/partition';
import { parse } from 'graphql';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GraphResult } from './graph-request.js';
import { TestFabric } from './testing/test-fabric.js';
import { TestSite } from './testing/test-site.js';

let fabric: TestFabric;
const clients: AbortController[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.abort();
  await fabric.close();
});

const progress = 'subscription($after: String) { copyProgress(after: $after) { cursor bytesDone snapshot copy { id } } }';

/** A client that reads one event at a time. */
class Client {
  readonly left = new AbortController();
  readonly events: AsyncGenerator<GraphResult, void, void>;

  constructor(source = progress, variables: Record<string, unknown> = {}) {
    clients.push(this.left);
    this.events = fabric.subscribe(source, variables, this.left.signal);
  }

  async next<T = { cursor: string; bytesDone: number; snapshot: boolean; copy: { id: string } }>(): Promise<T> {
    const { value, done } = await this.events.next();
    if (done || value.errors) throw new Error(`no event: ${JSON.stringify(value)}`);
    return Object.values(value.data!)[0] as T;
  }

  async take(count: number): Promise<{ cursor: string; bytesDone: number; copy: { id: string } }[]> {
    const taken = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  async leave(): Promise<void> {
    this.left.abort();
    await this.events.return();
  }
}

describe('a subscription at the Hub', () => {
  it('brings the events of all Sites, the present state first, joined with both subgraphs', async () => {
    fabric = await TestFabric.start('east', 'west');
    const copy = fabric.site('east').addCopy(100);
    fabric.site('east').journal.append(copy.id, 50);
    const client = new Client('subscription { p: copyProgress { cursor snapshot bytesDone copy { bytes pinned site { state health } } } }');
    expect(await client.next()).toMatchObject({
      snapshot: true,
      bytesDone: 50,
      copy: { bytes: 100, pinned: true, site: { state: 'CONNECTED', health: 'HEALTHY' } },
    });
    const other = fabric.site('west').addCopy(7);
    fabric.site('west').journal.append(other.id, 7);
    expect(await client.next()).toMatchObject({ snapshot: false, bytesDone: 7, copy: { bytes: 7, site: { state: 'CONNECTED' } } });
  });

  it('goes on after its cursor when the client comes back: nothing missed, nothing twice', async () => {
    fabric = await TestFabric.start('east', 'west');
    const [east, west] = [fabric.site('east'), fabric.site('west')];
    const [a, b] = [east.addCopy(1), west.addCopy(1)];
    const first = new Client();
    const beginning = first.take(6);
    await Promise.all([east.streams(1), west.streams(1)]);
    for (let i = 1; i <= 5; i++) east.journal.append(a.id, i);
    for (let i = 1; i <= 5; i++) west.journal.append(b.id, i);
    const seen = await beginning;
    await first.leave();
    for (let i = 6; i <= 8; i++) west.journal.append(b.id, i);

    const second = new Client(progress, { after: seen.at(-1)!.cursor });
    const rest = await second.take(13 - seen.length);
    const all = [...seen, ...rest].map(({ copy, bytesDone }) => `${copy.id} ${bytesDone}`);
    expect(new Set(all).size).toBe(all.length);
    expect(all.toSorted()).toEqual([...[1, 2, 3, 4, 5].map((i) => `${a.id} ${i}`), ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `${b.id} ${i}`)].toSorted());
  });

  it('goes on by itself when a Site was killed and is back: nothing missed, nothing twice', async () => {
    fabric = await TestFabric.start('east', 'west');
    const [east, west] = [fabric.site('east'), fabric.site('west')];
    const [a, b] = [east.addCopy(1), west.addCopy(1)];
    east.journal.append(a.id, 1);
    west.journal.append(b.id, 1);
    const client = new Client();
    await client.take(2);

    await east.stop();
    // Nobody waits for the Hub to notice: what happens meanwhile must arrive all the same.
    for (let i = 2; i <= 4; i++) east.journal.append(a.id, i);
    west.journal.append(b.id, 2);
    expect(await client.next()).toMatchObject({ copy: { id: b.id }, bytesDone: 2 });
    const afterwards = client.take(3);
    expect(await fabric.hub.registry.observed('east', 'lost')).toMatchObject({ reason: expect.stringContaining('east') as string });
    await east.start();
    expect((await afterwards).map(({ copy, bytesDone }) => [copy.id, bytesDone])).toEqual([2, 3, 4].map((i) => [a.id, i]));
    await fabric.hub.registry.observed('east', 'returned');
  });

  it('takes in a Site that joins while it runs', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const copy = east.addCopy(1);
    east.journal.append(copy.id, 1);
    const client = new Client();
    await client.take(1);
    const north = await new TestSite('north').start();
    try {
      const newCopy = north.addCopy(1);
      north.journal.append(newCopy.id, 9);
      fabric.hub.registry.register({ id: 'north', url: north.url });
      expect(await client.next()).toMatchObject({ bytesDone: 9, copy: { id: newCopy.id } });
    } finally {
      await client.leave();
      await north.stop();
    }
  });

  it('asks only the owner when the subject is given', async () => {
    fabric = await TestFabric.start('east', 'west');
    const [a, b] = [fabric.site('east').addCopy(1), fabric.site('west').addCopy(1)];
    fabric.site('east').journal.append(a.id, 1);
    fabric.site('west').journal.append(b.id, 2);
    const client = new Client('subscription($id: ID) { copyProgress(copyId: $id) { cursor bytesDone copy { id } } }', { id: b.id });
    expect(await client.next()).toMatchObject({ copy: { id: b.id } });
    expect(fabric.site('east').openStreams).toBe(0);
  });

  it('brings the events of the hub subgraph, completed by the Sites', async () => {
    fabric = await TestFabric.start('east');
    const client = new Client('subscription { siteConnectionChanged { site { id name health } to } }');
    const followed = fabric.hub.connectionsFollowed();
    const next = client.next<unknown>();
    await followed;
    fabric.hub.connectionChanged('east', 'DISCONNECTED');
    expect(await next).toEqual({ site: { id: 'east', name: 'EAST', health: 'HEALTHY' }, to: 'DISCONNECTED' });
  });

  it('gives a client that is slow the latest of each subject, and every step to one that is not', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const [a, b] = [east.addCopy(1), east.addCopy(1)];
    const [slow, quick] = [new Client('subscription { p: copyProgress { bytesDone } }'), new Client()];
    const [slowBegins, quickBegins] = [slow.next<unknown>(), quick.next()];
    await east.streams(2);
    east.journal.append(a.id, 1);
    expect(await slowBegins).toEqual({ bytesDone: 1 });
    await quickBegins;
    for (let i = 2; i <= 100; i++) {
      const upcoming = quick.next();
      east.journal.append(a.id, i);
      expect((await upcoming).bytesDone).toBe(i);
    }
    const last = quick.next();
    east.journal.append(b.id, 1_000);
    await last;
    const seen: number[] = [];
    while (seen.at(-1) !== 1_000) seen.push((await slow.next<{ bytesDone: number }>()).bytesDone);
    expect(seen.slice(-2)).toEqual([100, 1_000]);
    expect(seen.length).toBeLessThan(20);
  });

  it('ends with a code for a client that is slow where every event counts, and it can resume', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const copies = Array.from({ length: 40 }, (_, i) => east.addCopy(i));
    const [slow, quick] = [new Client(), new Client()];
    const [slowBegins, quickBegins] = [slow.next(), quick.next()];
    await east.streams(1);
    east.journal.append(copies[0]!.id, 0);
    const { cursor } = await slowBegins;
    await quickBegins;
    for (let i = 1; i < 40; i++) {
      const upcoming = quick.next();
      east.journal.append(copies[i]!.id, i);
      await upcoming;
    }
    expect((await slow.events.next()).value).toMatchObject({ errors: [{ extensions: { code: 'SUBSCRIBER_TOO_SLOW' } }] });
    expect((await slow.events.next()).done).toBe(true);
    const resumed = new Client(progress, { after: cursor });
    expect(await resumed.next()).toMatchObject({ bytesDone: 1, snapshot: false });
  });

  it('has one upstream at a Site for all clients of one caller, and completes and shapes an event once for them', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const copy = east.addCopy(100);
    const completing = vi.spyOn(fabric.hub.subgraph, 'execute');
    const joined = 'subscription($after: String) { copyProgress(after: $after) { cursor bytesDone copy { pinned } } }';
    const all = Array.from({ length: 40 }, () => new Client(joined));
    const events = all.map(({ events: each }) => each.next());
    await east.streams(1);
    east.journal.append(copy.id, 50);
    const results = await Promise.all(events);
    expect(results[0]!.value).toMatchObject({ data: { copyProgress: { bytesDone: 50, copy: { pinned: true } } } });
    expect(new Set(results.map(({ value }) => value)).size).toBe(1);
    expect(completing).toHaveBeenCalledTimes(1);
    expect(east.openStreams).toBe(1);
  });

  it('has one upstream at the subgraph of the Hub, too, and completes an event once for all clients of a caller', async () => {
    fabric = await TestFabric.start('east');
    const subscribing = vi.spyOn(fabric.hub.subgraph, 'subscribe');
    const followed = fabric.hub.connectionsFollowed();
    const all = Array.from({ length: 40 }, () => new Client('subscription { siteConnectionChanged { to site { id health } } }'));
    const events = all.map(({ events: each }) => each.next());
    await followed;
    const asked = fabric.site('east').requests.length;
    fabric.hub.connectionChanged('east', 'DISCONNECTED');
    const results = await Promise.all(events);
    expect(results[0]!.value).toMatchObject({ data: { siteConnectionChanged: { to: 'DISCONNECTED', site: { id: 'east', health: 'HEALTHY' } } } });
    expect(new Set(results.map(({ value }) => value)).size).toBe(1);
    expect(subscribing).toHaveBeenCalledTimes(1);
    expect(fabric.site('east').requests.length - asked).toBe(1);
  });

  it('gives no client what was completed for another caller', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const copy = east.addCopy(100);
    const left = new AbortController();
    clients.push(left);
    const of = (name: string) =>
      fabric.graph
        .subscribe({
          document: parse('subscription { copyProgress { bytesDone copy { pinned } } }'),
          context: { principal: { kind: 'administrator', name }, signal: left.signal, siteReport: new SiteReport() },
        })
        .next();
    const completing = vi.spyOn(fabric.hub.subgraph, 'execute');
    const events = [of('ada'), of('bo')];
    await east.streams(2);
    east.journal.append(copy.id, 50);
    const [ada, bo] = await Promise.all(events);
    expect(ada!.value).toEqual(bo!.value);
    expect(completing.mock.calls.map(([, { context }]) => context.principal.name).toSorted()).toEqual(['ada', 'bo']);
  });

  it('gives clients that resumed at different places each its own cursor with the same event', async () => {
    fabric = await TestFabric.start('east', 'west');
    const [east, west] = [fabric.site('east'), fabric.site('west')];
    const [a, b] = [east.addCopy(1), west.addCopy(1)];
    const first = new Client();
    const beginning = first.take(3);
    await Promise.all([east.streams(1), west.streams(1)]);
    west.journal.append(b.id, 1);
    east.journal.append(a.id, 1);
    east.journal.append(a.id, 2);
    const seen = await beginning;
    const resumed = seen.map(({ cursor }) => new Client(progress, { after: cursor }));
    const rests = await Promise.all(resumed.map((client, index) => client.take(2 - index)));
    const again = new Client(progress, { after: rests[0]!.at(-1)!.cursor });
    const [news] = [again.next()];
    west.journal.append(b.id, 2);
    expect(await news).toMatchObject({ bytesDone: 2, copy: { id: b.id } });
    expect([east.openStreams, west.openStreams]).toEqual([1, 1]);
  });

  it('fetches the entities of events that wait together at once, each entity once', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const [a, b] = [east.addCopy(1), east.addCopy(2)];
    const client = new Client('subscription { copyProgress { cursor bytesDone copy { id pinned } } }');
    const begins = client.next();
    await east.streams(1);
    east.journal.append(a.id, 0);
    await begins;
    const quick = new Client();
    const completing = vi.spyOn(fabric.hub.subgraph, 'execute');
    for (let i = 1; i <= 9; i++) east.journal.append(i % 3 === 0 ? b.id : a.id, i);
    while ((await quick.next()).bytesDone !== 9);
    expect((await client.take(9)).map(({ bytesDone }) => bytesDone)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const representations = completing.mock.calls.map(([{ variables }]) => (variables!['representations'] as { id: string }[]).map(({ id }) => id));
    expect(representations).toEqual([[a.id, b.id]]);
  });

  it('lets go of the Sites when the client leaves', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    const copy = east.addCopy(1);
    east.journal.append(copy.id, 1);
    const client = new Client();
    await client.take(1);
    expect(east.openStreams).toBe(1);
    await client.leave();
    await east.streams(0);
  });

  it.each([
    ['a cursor of something else', progress, { after: 'bm9uc2Vuc2U' }, 'CURSOR_INVALID'],
    ['a Site that is not there', 'subscription { copyProgress(sites: ["nowhere"]) { cursor } }', {}, 'SITE_UNKNOWN'],
    ['what its Site refuses', 'subscription { copyProgress(copyId: "east.copy.9") { cursor } }', {}, 'NOT_FOUND'],
    ['a field that is not there', 'subscription { nonsense }', {}, 'GRAPHQL_VALIDATION_FAILED'],
  ])('ends at once with a code for %s', async (_what, source, variables, code) => {
    fabric = await TestFabric.start('east');
    const { events } = new Client(source, variables);
    const { value } = await events.next();
    expect((value as GraphResult).errors?.[0]?.extensions['code']).toBe(code);
    expect((await events.next()).done).toBe(true);
  });
});
