import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { TestFabric } from './testing/test-fabric.js';
import type { TestRequest } from './testing/test-site.js';

let fabric: TestFabric;
afterEach(() => fabric.close());

describe('a query at the Hub', () => {
  it('joins the Sites with the hub subgraph, both ways', async () => {
    fabric = await TestFabric.start('east', 'west');
    fabric.site('east').addCopy(10);
    fabric.site('west').addCopy(20);

    const fromHub = await fabric.ask('{ sites { id state health } }');
    expect(fromHub.errors).toBeUndefined();
    expect(fromHub.data).toEqual({
      sites: [
        { id: 'east', state: 'CONNECTED', health: 'HEALTHY' },
        { id: 'west', state: 'CONNECTED', health: 'HEALTHY' },
      ],
    });

    const fromSites = await fabric.ask('{ copies(first: 10) { totalCount edges { node { id pinned site { id state } } } } }');
    expect(fromSites.data).toEqual({
      copies: {
        totalCount: 2,
        edges: [
          { node: { id: 'east.copy.0001', pinned: true, site: { id: 'east', state: 'CONNECTED' } } },
          { node: { id: 'west.copy.0001', pinned: true, site: { id: 'west', state: 'CONNECTED' } } },
        ],
      },
    });
  });

  it('gives the code and the words of what the Hub itself refuses', async () => {
    fabric = await TestFabric.start('east');
    const { data, errors } = await fabric.ask('{ operation(id: "hub.operation.none") { kind } }');
    expect(data).toEqual({ operation: null });
    expect(errors).toMatchObject([{ path: ['operation'], message: expect.stringContaining('there is no operation "hub.operation.none"'), extensions: { code: 'NOT_FOUND' } }]);
  });

  it('says that an id of the Hub names no Site where only a Site can act', async () => {
    fabric = await TestFabric.start('east');
    const { errors } = await fabric.ask('{ copy(id: "hub.copy.0001") { id } }');
    expect(errors).toMatchObject([{ path: ['copy'], message: expect.stringContaining('"hub.copy.0001" names no site'), extensions: { code: 'SITE_UNKNOWN' } }]);
  });

  it('costs a stopped Site its own rows only, and says so once', async () => {
    fabric = await TestFabric.start('east', 'north', 'west');
    for (const site of fabric.sites) site.addCopy(1);
    await fabric.site('north').stop();

    const { data, errors, sites } = await fabric.ask('{ copies(first: 10) { edges { node { id pinned } } } sites { id health } }');
    expect(data).toEqual({
      copies: { edges: [{ node: { id: 'east.copy.0001', pinned: true } }, { node: { id: 'west.copy.0001', pinned: true } }] },
      sites: [
        { id: 'east', health: 'HEALTHY' },
        { id: 'north', health: null },
        { id: 'west', health: 'HEALTHY' },
      ],
    });
    expect(errors?.map(({ path, extensions }) => [path?.[0], extensions])).toEqual(
      expect.arrayContaining([
        ['copies', { code: 'SITE_UNAVAILABLE', site: 'north' }],
        ['sites', { code: 'SITE_UNAVAILABLE', site: 'north' }],
      ]),
    );
    expect(errors).toHaveLength(2);
    expect(sites.map(({ id, outcome, code }) => [id, outcome, code])).toContainEqual(['north', 'FAILED', 'SITE_UNAVAILABLE']);
    expect(sites.map(({ id, outcome }) => [id, outcome])).toContainEqual(['east', 'ANSWERED']);
  });

  it('adds up, and asks the Hub itself for what is its own', async () => {
    fabric = await TestFabric.start('east', 'west');
    fabric.site('east').addCopy(10);
    fabric.site('west').addCopy(20);
    const { data, errors } = await fabric.ask(
      '{ copyStatistics { copies bytes } mine: operation(id: "hub.operation.1") { kind } theirs: operation(id: "west.operation.1") { kind } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ copyStatistics: { copies: 2, bytes: 30 }, mine: { kind: 'sendCopy' }, theirs: { kind: 'createCopy' } });
  });

  it("asks each Site with a token of its own that carries the caller", async () => {
    fabric = await TestFabric.start('east', 'west');
    await fabric.ask('{ copyStatistics { copies } whoAmI }');
    for (const site of fabric.sites) expect(site.requests.at(-1)?.authorization).toBe(`Bearer ${site.id}/admin`);
  });

  it('lets no message of an unknown error, address or stack through', async () => {
    fabric = await TestFabric.start('east');
    fabric.site('east').addCopy(1);
    const { data, errors } = await fabric.ask('{ copy(id: "east.copy.0001") { id secret } }');
    expect(data).toEqual({ copy: { id: 'east.copy.0001', secret: null } });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path).toEqual(['copy', 'secret']);
    expect(errors?.[0]?.extensions['code']).toBe('INTERNAL');
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|ECONNREFUSED|at .*\.ts/);
  });

  it('aborts what it asked the Sites when the client leaves', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    let release = (): void => {};
    east.hold = new Promise<void>((resolve) => (release = resolve));
    const client = new AbortController();
    const received = once(east.arrivals, 'request');
    const answer = fabric.ask('{ copyStatistics { copies } }', {}, client.signal);
    const [request] = (await received) as [TestRequest];
    const closed = once(east.arrivals, 'closed');
    client.abort();
    expect((await answer).errors?.[0]?.extensions['code']).toBe('CANCELLED');
    await closed;
    expect(request.wasAborted).toBe(true);
    release();
  });

  it.each([
    ['a Site that is not there', 'query { copy(id: "nowhere.copy.1") { id } }', {}, 'SITE_UNKNOWN'],
    ['variables of the wrong type', 'query($id: ID!) { copy(id: $id) { id } }', { id: {} }, 'BAD_INPUT'],
    ['a missing variable', 'query($id: ID!) { copy(id: $id) { id } }', {}, 'BAD_INPUT'],
    ['a field that is not there', '{ nonsense }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a document of fragments', 'fragment F on Copy { id }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription over a transport that does not stream', 'subscription { copyProgress { cursor } }', {}, 'BAD_REQUEST'],
  ])('refuses %s with a code', async (_what, source, variables, code) => {
    fabric = await TestFabric.start('east');
    const { errors } = await fabric.ask(source, variables);
    expect(errors?.[0]?.extensions['code']).toBe(code);
  });
});

describe('a mutation at the Hub', () => {
  it('goes to its owner alone', async () => {
    fabric = await TestFabric.start('east', 'west');
    const { data } = await fabric.ask('mutation { createCopy(input: { siteId: "west", bytes: 7 }) { copy { id pinned } } }');
    expect(data).toEqual({ createCopy: { copy: { id: 'west.copy.0001', pinned: true } } });
    expect(fabric.site('east').copies).toHaveLength(0);
  });

  it('is not begun at a Site that is not there', async () => {
    fabric = await TestFabric.start('east');
    const { errors } = await fabric.ask('mutation { createCopy(input: { siteId: "nowhere", bytes: 7 }) { copy { id } } }');
    expect(errors?.[0]?.extensions['code']).toBe('SITE_UNKNOWN');
  });
});
