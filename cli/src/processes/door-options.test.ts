import { readFileSync } from 'node:fs';
import { defaultEdgeLimits } from '@ocopea/edge';
import { describe, expect, it } from 'vitest';
import { limitNames, limitsOf, limitVariable, type LimitName } from '../config/door-config.js';
import { readHubConfig, readSiteConfig } from '../config/process-config.js';

const page = readFileSync(new URL('../../../docs/reference/configuration.md', import.meta.url), 'utf8');

describe('the doors of a process', () => {
  it('have each limit set by its variable, and all others as they are', () => {
    const config = readHubConfig({ OCOPEA_LIMIT_COST: '500', OCOPEA_LIMIT_REQUESTS_PER_SECOND: '0', OCOPEA_INTROSPECTION: 'false' });
    expect(limitsOf(config)).toEqual({ cost: 500, requestsPerSecond: 0 });
    expect(config.OCOPEA_INTROSPECTION).toBe(false);
    expect(limitsOf(readSiteConfig({ OCOPEA_SITE_ID: 'a' }))).toEqual({});
  });

  it('have a variable for each limit that there is', () => {
    expect(limitNames.toSorted()).toEqual(Object.keys(defaultEdgeLimits).toSorted());
  });

  it('have the documented defaults', () => {
    const documented = Object.fromEntries([...page.matchAll(/^\| `(OCOPEA_LIMIT_[A-Z_]+)` \|.*\| `(\d+)` \|$/gm)].map(([, name, value]) => [name, Number(value)]));
    const defaults = Object.fromEntries(Object.entries(defaultEdgeLimits).map(([name, value]) => [limitVariable(name as LimitName), value]));
    expect(documented).toEqual(defaults);
  });

  it.each([
    ['OCOPEA_LIMIT_COST', 'many', 'must be a number'],
    ['OCOPEA_LIMIT_COST', '0', 'must be at least 1'],
    ['OCOPEA_LIMIT_COST', '1.5', 'must be a whole number'],
    ['OCOPEA_LIMIT_REQUESTS_PER_SECOND', '-1', 'must be at least 0'],
    ['OCOPEA_SAFELIST', 'yes', 'must be true or false'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'must begin with http:// or https://'],
  ])('refuse %s=%s', (name, value, message) => {
    expect(() => readHubConfig({ [name]: value })).toThrow(`${name}: ${message}`);
  });

  it.each([
    ['X Tenant', 'is no name of a header'],
    ['x-a,Content-Length', '"content-length" belongs to one message'],
    ['traceparent', 'goes along by itself'],
    ['authorization', 'cannot go to a Site'],
  ])('refuse OCOPEA_FORWARD_HEADERS=%s', (names, message) => {
    expect(() => readHubConfig({ OCOPEA_FORWARD_HEADERS: names })).toThrow(message);
  });

  it('take names of headers in any case, once, and those of a credential where subgraphs are given', () => {
    expect(readHubConfig({ OCOPEA_FORWARD_HEADERS: 'X-Tenant, x-tenant,X-B' }).OCOPEA_FORWARD_HEADERS).toEqual(['x-tenant', 'x-b']);
    expect(readHubConfig({ OCOPEA_FORWARD_HEADERS: 'authorization', OCOPEA_SUPERGRAPH: 'a.graphql' }).OCOPEA_FORWARD_HEADERS).toEqual(['authorization']);
  });

  it('take files and origins as lists', () => {
    const config = readHubConfig({ OCOPEA_DOCUMENTS: '/a.json:/b.json', OCOPEA_ORIGINS: 'https://a.example, https://b.example' });
    expect([config.OCOPEA_DOCUMENTS, config.OCOPEA_ORIGINS]).toEqual([
      ['/a.json', '/b.json'],
      ['https://a.example', 'https://b.example'],
    ]);
  });
});
