import { describe, expect, it } from 'vitest';
import type { AppManifest, AppServiceManifest } from './app-manifest.js';
import { manifestProblems } from './manifest-problems.js';

const web: AppServiceManifest = {
  name: 'web',
  artifact: { type: 'directory', name: 'guestbook', version: '1.0.0' },
  environment: [{ name: 'DATABASE_URL', value: '${db.uri}' }],
  ports: [{ name: 'http', protocol: 'HTTP' }],
  healthCheck: { port: 'http', path: '/healthz' },
  replicas: 1,
  entryPoint: true,
};
const db = { name: 'db', protocol: 'postgresql', settings: [] };
const manifest = (changes: Partial<AppServiceManifest>, others: Partial<AppManifest> = {}): AppManifest => ({
  dataServices: [db],
  appServices: [{ ...web, ...changes }],
  ...others,
});

describe('manifestProblems', () => {
  it('finds nothing in a sound manifest', () => {
    expect(manifestProblems(manifest({}))).toEqual([]);
  });

  it.each<[string, AppManifest, RegExp]>([
    ['no services', { dataServices: [], appServices: [] }, /no services/],
    ['too many services', { dataServices: Array.from({ length: 51 }, (_, i) => ({ ...db, name: `db-${i}` })), appServices: [] }, /51 services, at most 50/],
    ['a name that is no label', manifest({ name: 'Web_1' }), /"Web_1" is not a lower-case DNS label/],
    ['one name twice', manifest({ name: 'db' }), /"db" is given to two services/],
    ['a missing reference', manifest({ environment: [{ name: 'A', value: '${cache.uri}' }] }), /refers to "\$\{cache\.uri\}", but no data service is named "cache"/],
    ['a malformed reference', manifest({ environment: [{ name: 'A', value: '${db' }] }), /write "\$\$\{"/],
    ['a variable twice', manifest({ environment: [web.environment[0]!, web.environment[0]!] }), /"DATABASE_URL" twice/],
    ['a bad variable name', manifest({ environment: [{ name: 'A-B', value: '' }] }), /named "A-B"/],
    ['a port out of range', manifest({ ports: [{ name: 'http', port: 70_000, protocol: 'HTTP' }] }), /port 70000/],
    ['a port twice', manifest({ ports: [web.ports[0]!, web.ports[0]!] }), /the port "http" twice/],
    ['a check of no port', manifest({ healthCheck: { port: 'admin', path: '/' } }), /health check on port "admin"/],
    ['a check of a TCP port', manifest({ ports: [{ name: 'http', protocol: 'TCP' }] }), /not one of its HTTP ports/],
    ['a check of a relative path', manifest({ healthCheck: { port: 'http', path: 'healthz' } }), /does not start with "\/"/],
    ['no replicas', manifest({ replicas: 0 }), /0 replicas/],
    ['two entry points', manifest({}, { appServices: [web, { ...web, name: 'api' }] }), /"web" and "api" are all entry points/],
    ['an entry point that cannot be reached', manifest({ ports: [], healthCheck: undefined }), /entry point and has no HTTP port/],
    ['an artifact without a version', manifest({ artifact: { ...web.artifact, version: ' ' } }), /artifact without version/],
    ['a setting twice', manifest({}, { dataServices: [{ ...db, settings: [{ name: 's', value: '1' }, { name: 's', value: '2' }] }] }), /setting "s" twice/],
  ])('names %s', (_, broken, problem) => {
    expect(manifestProblems(broken).join('\n')).toMatch(problem);
  });

  it('names all problems at once', () => {
    expect(manifestProblems(manifest({ name: 'X', replicas: 0, ports: [] })).length).toBeGreaterThanOrEqual(3);
  });
});
