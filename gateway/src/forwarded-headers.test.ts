import { afterEach, describe, expect, it } from 'vitest';
import { forwardedHeaders } from './forwarded-headers.js';
import { TestFabric } from './testing/test-fabric.js';

let fabric: TestFabric | undefined;
afterEach(() => fabric?.close());

const of = (tenant: string) => ({ headers: { 'x-tenant': tenant, cookie: 'secret' } });

it('are those that are named and there, in the order of their names', () => {
  expect(forwardedHeaders(['x-b', 'x-a', 'x-none'], { 'x-a': '1', 'x-b': ['2', '3'] as never, cookie: 'secret' })).toEqual({ 'x-b': '2, 3', 'x-a': '1' });
  expect(forwardedHeaders([], { 'x-a': '1' })).toBeUndefined();
});

describe('headers of a client that go to Sites', () => {
  it('are sent along with what is asked for it, and callers who bring others share no read', async () => {
    fabric = await TestFabric.startWith({ forwardHeaders: ['x-tenant'] }, 'east');
    const east = fabric.site('east');
    const before = east.requests.length;
    const ask = (tenant: string) => fabric!.ask('{ copies { totalCount } }', {}, undefined, of(tenant));
    await Promise.all([ask('a'), ask('b'), ask('a')]);
    const asked = east.requests.slice(before);
    expect(asked.map(({ headers }) => headers['x-tenant']).toSorted()).toEqual(['a', 'b']);
    expect(asked.every(({ headers }) => headers.cookie === undefined)).toBe(true);
  });

  it('are sent along with a subscription, and callers who bring others share no stream', async () => {
    fabric = await TestFabric.startWith({ forwardHeaders: ['x-tenant'] }, 'east');
    const east = fabric.site('east');
    const left = new AbortController();
    const events = ['a', 'b', 'a'].map((tenant) => fabric!.subscribe('subscription { copyProgress { cursor } }', {}, left.signal, of(tenant)));
    const firsts = events.map((each) => each.next());
    await east.streams(2);
    const copy = east.addCopy(1);
    east.journal.append(copy.id, 1);
    expect((await Promise.all(firsts)).every(({ value }) => value && !value.errors)).toBe(true);
    expect(east.openStreams).toBe(2);
    expect(east.subscriptionExtensions).toEqual(expect.arrayContaining(['a', 'b'].map((tenant) => ({ headers: { 'x-tenant': tenant } }))));
    left.abort();
  });
});
