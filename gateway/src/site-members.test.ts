import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { TestFabric, type TestAnswer } from './testing/test-fabric.js';
import { testSiteSdl } from './testing/test-site-schema.js';
import { TestSite } from './testing/test-site.js';

let fabric: TestFabric;
const extraSites: TestSite[] = [];
afterEach(async () => {
  await fabric.close();
  for (const site of extraSites.splice(0)) await site.stop();
});

async function extraSite(id: string, sdl?: string): Promise<TestSite> {
  const site = await new TestSite(id, sdl).start();
  extraSites.push(site);
  return site;
}

const countCopies = '{ copyStatistics { copies } }';

describe('the Sites of a Hub', () => {
  it('answers with the schema of its own version while no Site has joined', async () => {
    fabric = await TestFabric.start();
    expect(await fabric.ask('{ sites { id } copies { edges { node { id } } } }')).toMatchObject({ data: { sites: [], copies: { edges: [] } } });
  });

  it('join and leave while queries run, and no query fails', async () => {
    fabric = await TestFabric.start('east');
    fabric.site('east').addCopy(1);
    const north = await extraSite('north');
    north.addCopy(1);
    const { registry } = fabric.hub;

    const done = new AbortController();
    const answers: unknown[] = [];
    const asking = Promise.all(
      [1, 2, 3].map(async () => {
        while (!done.signal.aborted) answers.push(await fabric.ask(countCopies));
      }),
    );
    for (let round = 0; round < 5; round++) {
      registry.observations.length = 0;
      registry.register({ id: 'north', url: north.url });
      await registry.observed('north', 'compatible');
      expect((await fabric.ask(countCopies)).data).toEqual({ copyStatistics: { copies: 2 } });
      registry.remove('north');
      expect((await fabric.ask(countCopies)).data).toEqual({ copyStatistics: { copies: 1 } });
    }
    done.abort();
    await asking;
    for (const { data, errors } of answers as { data: unknown; errors?: unknown }[]) {
      expect([{ copyStatistics: { copies: 1 } }, { copyStatistics: { copies: 2 } }]).toContainEqual(data);
      expect(errors).toBeUndefined();
    }
    expect(answers.length).toBeGreaterThan(10);
  });

  it('extend the graph by what a newer one has, and an older one is reported for it alone', async () => {
    fabric = await TestFabric.start('east');
    fabric.site('east').addCopy(1);
    expect((await fabric.ask('{ copies { edges { node { colour } } } }')).errors?.[0]?.extensions['code']).toBe('GRAPHQL_VALIDATION_FAILED');

    const newer = await extraSite('north', testSiteSdl.replace(/type Copy @key\(fields: "id"\) \{/, '$& colour: String'));
    newer.addCopy(2);
    fabric.hub.registry.register({ id: 'north', url: newer.url });
    await fabric.hub.registry.observed('north', 'compatible');
    const { data, errors } = await fabric.ask('{ copies { edges { node { id colour } } } }');
    expect(data).toEqual({ copies: { edges: [{ node: { id: 'east.copy.0001', colour: null } }, { node: { id: 'north.copy.0001', colour: null } }] } });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'SITE_INCOMPATIBLE', site: 'east' }]);
  });

  it('are kept out when their schema contradicts the others, and the others go on', async () => {
    fabric = await TestFabric.start('east');
    fabric.site('east').addCopy(1);
    const odd = await extraSite('odd', testSiteSdl.replace('bytes: Int!\n  site: Site!', 'bytes: [String!]!\n  site: Site!'));
    fabric.hub.registry.register({ id: 'odd', url: odd.url });
    const observation = await fabric.hub.registry.observed('odd', 'incompatible');
    expect(observation).toMatchObject({ reason: expect.stringContaining('Copy.bytes') as string });
    const { data, errors } = await fabric.ask('{ copies { edges { node { id bytes } } } }');
    expect(data).toEqual({ copies: { edges: [{ node: { id: 'east.copy.0001', bytes: 1 } }] } });
    expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'SITE_INCOMPATIBLE', site: 'odd' }]);
  });

  it('are in the graph from the start by the schema they gave last, also while they are away', async () => {
    const away = await extraSite('away');
    const url = away.url;
    await away.stop();
    fabric = await TestFabric.start('east');
    fabric.hub.registry.register({ id: 'away', url, sdl: testSiteSdl });
    await fabric.hub.registry.observed('away', 'compatible');
    const missing = await fabric.ask(countCopies);
    expect(missing.data).toEqual({ copyStatistics: { copies: 0 } });
    expect(missing.sites).toContainEqual(expect.objectContaining({ id: 'away', outcome: 'FAILED', code: 'SITE_UNAVAILABLE' }));
  });

  it('are taken in once they give their schema, however late, and it is kept for the next start', async () => {
    const late = await extraSite('late');
    const url = late.url;
    await late.stop();
    fabric = await TestFabric.start('east');
    fabric.hub.registry.register({ id: 'late', url });
    let missing: TestAnswer['errors'];
    // From the first attempt to get its schema on, that it is missing is said.
    while (!missing) missing = (await fabric.ask(countCopies)).errors;
    expect(missing.map(({ extensions }) => extensions)).toEqual([{ code: 'SITE_UNAVAILABLE', site: 'late' }]);
    await late.start();
    late.addCopy(1);
    await fabric.hub.registry.observed('late', 'compatible');
    expect((await fabric.ask(countCopies)).data).toEqual({ copyStatistics: { copies: 1 } });
    expect(fabric.hub.registry.rememberedSdls.get('late')).toContain('type Copy');
  });

  it('are asked again at once when the registry has them back, however often they failed', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    await east.stop();
    for (let i = 0; i < 10; i++) expect((await fabric.ask(countCopies)).errors).toHaveLength(1);
    await east.start();
    fabric.hub.registry.announce('connected', 'east');
    expect(await fabric.ask(countCopies)).toMatchObject({ data: { copyStatistics: { copies: 0 } }, sites: [{ id: 'east', outcome: 'ANSWERED' }] });
  });

  it('do not make the graph be composed anew when they bring nothing new', async () => {
    fabric = await TestFabric.start('east');
    const before = fabric.graph.apiSchema();
    const twin = await extraSite('twin');
    fabric.hub.registry.register({ id: 'twin', url: twin.url });
    await fabric.hub.registry.observed('twin', 'compatible');
    expect(fabric.graph.apiSchema()).toBe(before);
    fabric.hub.registry.remove('twin');
    expect(fabric.graph.apiSchema()).toBe(before);
  });

  it('are followed to a new address', async () => {
    fabric = await TestFabric.start('east');
    const moved = await extraSite('east');
    moved.addCopy(1);
    moved.addCopy(2);
    fabric.hub.registry.register({ id: 'east', url: moved.url });
    expect((await fabric.ask(countCopies)).data).toEqual({ copyStatistics: { copies: 2 } });
  });

  it('join, leave and move while thousands of requests run: none fails for it, and nothing is composed', async () => {
    fabric = await TestFabric.start('east');
    fabric.site('east').addCopy(1);
    const { registry } = fabric.hub;
    const places = await Promise.all([extraSite('north'), extraSite('north'), extraSite('south')]);
    for (const place of places) place.addCopy(1);
    const { compositions } = fabric.graph;

    const done = new AbortController();
    const queries = [countCopies, '{ copies(first: 5) { totalCount edges { node { id bytes site { id name } } } } }', '{ copy(id: "east.copy.0001") { bytes } }'];
    const failures: TestAnswer[] = [];
    let answered = 0;
    const asking = Promise.all(
      Array.from({ length: 8 }, async (_, client) => {
        while (!done.signal.aborted || answered < 2_000) {
          const answer = await fabric.ask(queries[(client + answered) % queries.length]!);
          answered++;
          if (answer.errors || !answer.data || Object.values(answer.data).includes(null)) failures.push(answer);
        }
      }),
    );
    for (let round = 0; round < 12; round++) {
      registry.observations.length = 0;
      registry.register({ id: 'north', url: places[round % 2]!.url });
      registry.register({ id: 'south', url: places[2]!.url });
      await Promise.all([registry.observed('north', 'compatible'), registry.observed('south', 'compatible')]);
      // Moves: the same Site at another address, without leaving.
      registry.register({ id: 'north', url: places[(round + 1) % 2]!.url });
      await fabric.ask(countCopies);
      registry.remove(round % 3 ? 'north' : 'south');
      await fabric.ask(countCopies);
      registry.remove(round % 3 ? 'south' : 'north');
    }
    done.abort();
    await asking;
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThanOrEqual(2_000);
    expect(fabric.graph.compositions).toBe(compositions);
  });

  it('change their schema while requests run: each request goes on with the schema it began with', async () => {
    fabric = await TestFabric.start('east');
    const east = fabric.site('east');
    east.addCopy(1);
    let release = (): void => {};
    east.hold = new Promise<void>((resolve) => (release = resolve));
    const arrived = once(east.arrivals, 'request');
    const before = fabric.ask('{ copies { edges { node { id bytes site { name } } } } }');
    await arrived;

    const newer = await extraSite('north', testSiteSdl.replace(/type Copy @key\(fields: "id"\) \{/, '$& colour: String'));
    newer.addCopy(2);
    fabric.hub.registry.register({ id: 'north', url: newer.url });
    await fabric.hub.registry.observed('north', 'compatible');
    expect(fabric.graph.apiSchema().getType('Copy')).toHaveProperty('_fields.colour');
    release();
    east.hold = undefined;
    expect(await before).toMatchObject({ data: { copies: { edges: [{ node: { id: 'east.copy.0001', bytes: 1, site: { name: 'EAST' } } }] } } });
    expect((await before).errors).toBeUndefined();
    const { data } = await fabric.ask('{ copies { edges { node { id colour } } } }');
    expect(data).toMatchObject({ copies: { edges: [{ node: { id: 'east.copy.0001' } }, { node: { id: 'north.copy.0001' } }] } });
  });
});
