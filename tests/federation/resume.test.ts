import { buildSubgraphSchema } from '@apollo/subgraph';
import { createLogger } from '@ocopea/edge';
import { schemaExecutor, startGateway, type SiteRegistry } from '@ocopea/gateway';
import { OcopeaClient } from '@ocopea/sdk';
import { CuttingProxy } from '@ocopea/test-support';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { CountingSite, countingSdl } from './counting-site.js';

interface Event {
  readonly counted: { readonly cursor: string; readonly number: number; readonly thing: { readonly id: string; readonly name: string } };
}
const document = parse('subscription($after: String) { counted(after: $after) { cursor number thing { id name } } }') as TypedDocumentNode<Event, { readonly after?: string }>;

const namesSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"])
  type Query {
    names: Int
  }
  type Thing @key(fields: "id") {
    id: ID!
    name: String
  }
`;
const names = schemaExecutor({
  schema: buildSubgraphSchema({ typeDefs: parse(namesSdl), resolvers: { Thing: { name: ({ id }: { id: string }) => `name of ${id}` } } as never }),
  contextValue: () => ({}),
});

const eachTime = 30;

it('loses no event, gives none twice and keeps their order while connections break on both ways', { timeout: 120_000 }, async () => {
  await using east = await CountingSite.start('east');
  await using west = await CountingSite.start('west');
  const [toEast, toWest] = [await CuttingProxy.start(east.port), await CuttingProxy.start(west.port)];
  const sites = [
    { id: 'east', url: toEast.url, sdl: countingSdl },
    { id: 'west', url: toWest.url, sdl: countingSdl },
  ];
  const registry: SiteRegistry = { sites: () => sites, onChange: () => () => {}, rememberSdl: () => Promise.resolve(), observe: () => {} };
  const gateway = await startGateway({
    port: 0,
    ordinary: [{ name: 'names', sdl: namesSdl, ...names }],
    partitioned: { name: 'site', baseSdl: countingSdl, registry, localMembers: [] },
    hubToken: () => 'token',
    authenticate: () => Promise.resolve({ kind: 'administrator', name: 'admin' }),
    ready: () => ({ ready: true, missing: [] }),
    log: createLogger({ name: 'hub', level: 'silent' }),
    backoffMs: { first: 20, longest: 100 },
  });
  const toHub = await CuttingProxy.start(gateway.port);
  const client = new OcopeaClient({ url: toHub.url, token: 'token' });
  try {
    const got: Record<string, number[]> = { east: [], west: [] };
    let total = 0;
    let wake = (): void => {};
    const left = new AbortController();
    const after = Buffer.from('{"east":"0","west":"0"}').toString('base64url');
    const reading = (async () => {
      for await (const { counted } of client.subscribe(document, { after }, { signal: left.signal })) {
        expect(counted.thing.name).toBe(`name of ${counted.thing.id}`);
        got[counted.thing.id.split('.')[0]!]!.push(counted.number);
        total += 1;
        wake();
      }
      if (!left.signal.aborted) throw new Error('the subscription ended by itself');
    })();
    const untilReceived = async (count: number): Promise<void> => {
      for (;;) {
        if (total >= count) return;
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), reading]);
      }
    };
    const ways = [[toHub], [toEast], [toWest], [toHub, toEast], [toHub, toEast, toWest]];
    const cuts = [...ways, ...ways];
    for (const [index, cut] of cuts.entries()) {
      east.count(eachTime);
      west.count(eachTime);
      // Somewhere in the middle of what has just come.
      await untilReceived(index * 2 * eachTime + eachTime / 2);
      for (const way of cut) way.cut();
    }
    const each = cuts.length * eachTime;
    await untilReceived(2 * each);
    // What came twice would come before this.
    east.count(1);
    west.count(1);
    await untilReceived(2 * each + 2);
    const expected = Array.from({ length: each + 1 }, (_, index) => index + 1);
    expect(got).toEqual({ east: expected, west: expected });
    expect(toHub.taken).toBeGreaterThan(6);
    expect(toEast.taken).toBeGreaterThan(6);
    left.abort();
    await reading;
  } finally {
    await client.close();
    await gateway.close();
    await Promise.all([toHub, toEast, toWest].map((proxy) => proxy.close()));
  }
});
