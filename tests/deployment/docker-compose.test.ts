import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly build?: { readonly dockerfile: string };
}

const root = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');
const { services, volumes } = parse(text('docker-compose.yml'), { merge: true }) as { services: Record<string, Service>; volumes: Record<string, null> };
const named = Object.entries(services);
const variables = new Set([...text('docs/reference/configuration.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name]) => name));

describe('docker-compose.yml', () => {
  it('sets no variable that the configuration reference does not know', () => {
    const ofOcopea = named.filter(([, { image }]) => image === 'ocopea');
    // The last is an argument of deploy/join-sites.sh.
    const set = ofOcopea.flatMap(([, { environment = {} }]) => Object.keys(environment)).filter((name) => name !== 'OCOPEA_SITES');
    expect(set.length).toBeGreaterThan(10);
    expect(set.filter((name) => !variables.has(name))).toEqual([]);
    expect([...text('deploy/Dockerfile').matchAll(/(OCOPEA_[A-Z_]+)=/g)].map(([, name]) => name!).filter((name) => !variables.has(name))).toEqual([]);
  });

  it('gives every process a database of its own that is made at the first start', () => {
    const made = [...text('deploy/databases.sql').matchAll(/CREATE DATABASE (\w+);/g)].map(([, name]) => name);
    const used = named.flatMap(([, { environment }]) => environment?.['DATABASE_URL']?.split('/').at(-1) ?? []);
    expect(used.toSorted()).toEqual(made.toSorted());
  });

  it('waits only for services that say how they are', () => {
    for (const [name, { depends_on = {} }] of named) {
      for (const needed of Object.keys(depends_on)) expect(services[needed]?.healthcheck, `${name} waits for ${needed}`).toBeDefined();
    }
  });

  it('declares every volume, and mounts only files that are there', () => {
    const mounted = named.flatMap(([, service]) => service.volumes ?? []).map((volume) => volume.split(':')[0]!);
    const [files, names] = [mounted.filter((source) => source.startsWith('./')), mounted.filter((source) => !source.startsWith('./'))];
    const dockerfiles = named.flatMap(([, { build }]) => build?.dockerfile ?? []);
    expect([...files, ...dockerfiles].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
    expect([...new Set(names)].toSorted()).toEqual(Object.keys(volumes).toSorted());
  });

  it('lets exactly its Sites join, at the addresses that they give out', () => {
    const ids = named.flatMap(([name, { environment }]) => (environment?.['OCOPEA_SITE_ID'] === undefined ? [] : [[name, environment['OCOPEA_PUBLIC_URL']]]));
    const joining = services['join']!.environment!['OCOPEA_SITES']!.split(' ').map((entry) => entry.replace('/sites/', '').split('='));
    expect(joining).toEqual(ids);
  });

  it('opens nothing to other machines by itself', () => {
    const ports = named.flatMap(([, service]) => (service as { ports?: string[] }).ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});
