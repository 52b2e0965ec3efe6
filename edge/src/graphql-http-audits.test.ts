import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { engines, good, startTestEdge, type TestEdge } from './testing/test-edge.js';

describe.each(engines)('GraphQL over HTTP through %s, as the graphql-http package audits it', (engine) => {
  let edge: TestEdge;
  beforeAll(async () => {
    edge = await startTestEdge({ engine });
  });
  afterAll(() => edge.close());

  const fetchFn = (url: string, init: RequestInit = {}) => fetch(url, { ...init, headers: { ...good, ...(init.headers as Record<string, string>) } });
  const audits = serverAudits({ url: () => `${edge.url}/graphql`, fetchFn });
  it.each(audits)('$id: $name', async ({ fn }) => {
    const result = await fn();
    if (result.status !== 'ok') throw new Error(`${result.status}: ${result.reason}`);
  });
});
