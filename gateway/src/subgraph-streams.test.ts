import { EventEmitter, on, once } from 'node:events';
import { SiteReport } from '@ocopea/partition';
import { describe, expect, it } from 'vitest';
import type { EventQueue } from './event-queue.js';
import type { SubgraphService } from './ordinary-subgraph.js';
import { SubgraphStreams, type SubgraphEvent, type SubgraphStreamsOptions } from './subgraph-streams.js';
import { testPrincipal } from './testing/test-fabric.js';

/** A subgraph whose streams say what a test has them say. */
class Ticker implements SubgraphService {
  readonly name = 'ticker';
  readonly ticks = new EventEmitter();
  open = 0;
  opened = 0;
  /** Given to each stream at its beginning. */
  beginning: readonly number[] = [];

  execute(): never {
    throw new Error('nobody asks');
  }

  async *subscribe(_request: unknown, { signal }: { signal: AbortSignal }) {
    const ticks = on(this.ticks, 'tick', { signal, close: ['over'] });
    this.open++;
    this.opened++;
    try {
      for (const tick of this.beginning) yield { data: { tick } };
      this.ticks.emit('listening');
      for await (const [tick] of ticks) {
        if (tick instanceof Error) throw tick;
        yield { data: { tick: tick as number } };
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.open--;
      this.ticks.emit('left');
    }
  }
}

function setUp(options: SubgraphStreamsOptions = {}) {
  const ticker = new Ticker();
  const streams = new SubgraphStreams(options);
  const context = { principal: testPrincipal, signal: new AbortController().signal, siteReport: new SiteReport() };
  const listen = async ({ identity = 'alice', tellsNewsOnly = false, variables = {}, isNew = true }: { identity?: string | null; tellsNewsOnly?: boolean; variables?: Record<string, unknown>; isNew?: boolean } = {}) => {
    const listening = isNew ? once(ticker.ticks, 'listening') : undefined;
    const events = streams.subscribe({ subgraph: ticker, request: { query: 'subscription { tick }', variables }, context, identity: identity ?? undefined, tellsNewsOnly });
    await listening;
    return events;
  };
  return { ticker, streams, listen, tick: (value: unknown) => ticker.ticks.emit('tick', value) };
}

async function next(events: EventQueue<SubgraphEvent>): Promise<unknown> {
  return ((await events.next()).value as SubgraphEvent).data?.['tick'];
}

describe('subscriptions at a subgraph that is not partitioned', () => {
  it('share an upstream and its events when one caller asks the same, until the last has left', async () => {
    const { ticker, streams, listen, tick } = setUp();
    const [a, b] = [await listen({ variables: { x: 1, y: 2 } }), await listen({ variables: { y: 2, x: 1 }, isNew: false })];
    tick(1);
    expect((await a.next()).value).toBe((await b.next()).value);
    expect([ticker.opened, streams.size]).toEqual([1, 1]);
    a.return();
    tick(2);
    expect(await next(b)).toBe(2);
    const left = once(ticker.ticks, 'left');
    b.return();
    await left;
    expect([ticker.open, streams.size]).toEqual([0, 0]);
  });

  it.each([
    ['of another caller', { identity: 'bo' }],
    ['with other variables', { variables: { x: 1 } }],
    ['of nobody that is known', { identity: null }],
  ])('have an upstream of their own: %s', async (_what, other) => {
    const { ticker, listen } = setUp();
    await listen();
    await listen(other);
    expect(ticker.open).toBe(2);
  });

  it('are given the beginning of an upstream that is young, and what came since', async () => {
    const { ticker, listen, tick } = setUp({ freshMs: 60_000 });
    ticker.beginning = [1, 2];
    const first = await listen();
    tick(3);
    for (const expected of [1, 2, 3]) expect(await next(first)).toBe(expected);
    const later = await listen({ isNew: false });
    tick(4);
    for (const expected of [1, 2, 3, 4]) expect(await next(later)).toBe(expected);
    expect(ticker.opened).toBe(1);
  });

  it('begin anew where the beginning is out of date, unless nothing was said yet', async () => {
    const { ticker, listen, tick } = setUp({ freshMs: 0 });
    await listen();
    const quiet = await listen({ isNew: false });
    expect(ticker.opened).toBe(1);
    tick(1);
    await next(quiet);
    ticker.beginning = [7];
    expect(await next(await listen())).toBe(7);
    expect(ticker.opened).toBe(2);
  });

  it('that tell news only are joined at their end', async () => {
    const { ticker, listen, tick } = setUp({ freshMs: 0 });
    const first = await listen({ tellsNewsOnly: true });
    tick(1);
    await next(first);
    const later = await listen({ tellsNewsOnly: true, isNew: false });
    tick(2);
    expect(await next(later)).toBe(2);
    expect(ticker.opened).toBe(1);
  });

  it('end for the one that reads too slowly, and go on for the others', async () => {
    const { listen, tick } = setUp({ bufferLimit: 5, patienceMs: 0 });
    const [quick, slow] = [await listen(), await listen({ isNew: false })];
    for (let i = 1; i <= 20; i++) {
      tick(i);
      expect(await next(quick)).toBe(i);
    }
    await expect(slow.next()).rejects.toMatchObject({ code: 'SUBSCRIBER_TOO_SLOW' });
  });

  it('hold their source up for a client that is alone, which loses nothing', async () => {
    const { ticker, listen } = setUp({ bufferLimit: 5, patienceMs: 0 });
    ticker.beginning = Array.from({ length: 1_000 }, (_, i) => i);
    const events = await listen({ isNew: false });
    await new Promise(setImmediate);
    for (let i = 0; i < 1_000; i++) expect(await next(events)).toBe(i);
  });

  it('all fail with their upstream, and end with it, after what they were given before', async () => {
    const { ticker, streams, listen, tick } = setUp();
    const failing = [await listen(), await listen({ isNew: false })];
    tick(1);
    tick(new Error('torn'));
    for (const each of failing) {
      expect(await next(each)).toBe(1);
      await expect(each.next()).rejects.toThrow('torn');
    }
    expect(streams.size).toBe(0);
    const ending = [await listen(), await listen({ isNew: false })];
    ticker.ticks.emit('over');
    for (const each of ending) expect((await each.next()).done).toBe(true);
  });

  it('end when the graph is closed', async () => {
    const { ticker, streams, listen } = setUp();
    const events = await listen();
    const left = once(ticker.ticks, 'left');
    streams.close();
    expect((await events.next()).done).toBe(true);
    await left;
  });
});
