import { Fabric } from '@ocopea/test-support';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, it } from 'vitest';

let fabric: Fabric;
let token: string;
beforeAll(async () => {
  fabric = await Fabric.start();
  token = await fabric.token();
}, 300_000);
afterAll(() => fabric?.[Symbol.asyncDispose]());

const fetchFn = (url: string, init: RequestInit = {}) =>
  fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` } });

const doors = [
  { door: 'the Hub', url: () => `http://127.0.0.1:${fabric.port}/graphql` },
  { door: 'a Site', url: () => `${fabric.siteUrl('eu-central')}/graphql` },
];

// SHOULD and MAY count as much as MUST here.
describe.each(doors)('GraphQL over HTTP at $door, as the graphql-http package audits it', ({ url }) => {
  it.each(serverAudits({ url, fetchFn }))('$id: $name', async ({ fn }) => {
    const result = await fn();
    if (result.status !== 'ok') throw new Error(`${result.status}: ${result.reason}`);
  });
});
