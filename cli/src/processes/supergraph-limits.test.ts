import { expect, it } from 'vitest';
import { supergraphLimits } from './supergraph-limits.js';

const unlimited = Number.POSITIVE_INFINITY;

it.each([
  ['with credentials, each caller has its rate', {}, false, { cost: unlimited }],
  ['without, callers cannot be told apart and are not counted', {}, true, { cost: unlimited, requestsPerSecond: 0 }],
  ['what is configured holds', { cost: 500, requestsPerSecond: 20, depth: 9 }, true, { cost: 500, requestsPerSecond: 20, depth: 9 }],
])('%s', (_title, configured, asksForNoCredential, limits) => {
  expect(supergraphLimits(configured, asksForNoCredential)).toEqual(limits);
});
