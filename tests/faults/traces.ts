import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { databaseUrlBehind, processesOf, type Fabric } from '@ocopea/test-support';
import pg from 'pg';

/** The processes that serve applications: they outlive the Site that started them. */
export async function workloadsOf(fabric: Fabric): Promise<readonly string[]> {
  const found = await processesOf(fabric.home);
  return found.filter(({ command }) => /\/data-services\/services\/|dist\/main\.js$/.test(command)).map(({ pid, command }) => `${pid} ${command}`).sort();
}

/** Everything that a fabric has on the machine and knows of, in a form that two moments can be compared by. */
export interface Traces {
  /** Command lines, sorted; sessions of database servers left out. */
  readonly processes: readonly string[];
  /** Folders and files of data services, volumes, app services and repositories, without what is inside a service; sorted. */
  readonly files: readonly string[];
  /** How many packs of chunks each repository holds. */
  readonly packs: Readonly<Record<string, number>>;
  /** Roles in the database of each application. */
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly appInstances: readonly string[];
  readonly copies: readonly string[];
  /** Operations that are not DONE. */
  readonly unfinished: readonly string[];
}

const siteIds = ['eu-central', 'us-west'] as const;

export async function tracesOf(fabric: Fabric): Promise<Traces> {
  const hub = await fabric.hub();
  try {
    const { appInstances, copies, operations } = await hub.request(everything, {});
    const apps = appInstances.edges.map(({ node }) => node);
    const folders = await Promise.all(siteIds.map((id) => foldersOf(fabric.home, id)));
    return {
      processes: (await processesOf(fabric.home)).map(({ command }) => command).filter((command) => !command.startsWith('postgres:')).sort(),
      files: folders.flatMap(({ files }) => files),
      packs: Object.fromEntries(folders.map(({ packs }, index) => [siteIds[index]!, packs])),
      roles: Object.fromEntries(await Promise.all(apps.flatMap(({ name, entryPointUrl }) => (entryPointUrl === null ? [] : [rolesBehind(name, entryPointUrl)])))),
      appInstances: apps.map(({ id, name, phase }) => `${name} ${phase} ${id}`).sort(),
      copies: copies.edges.map(({ node: { id, phase, outcome, usable } }) => `${id} ${phase} ${outcome} ${usable ? 'usable' : 'not usable'}`).sort(),
      unfinished: operations.edges.map(({ node }) => node).filter(({ phase }) => phase !== 'DONE').map(({ id, kind, phase }) => `${kind} ${phase} ${id}`),
    };
  } finally {
    await hub.close();
  }
}

interface Listed<Node> {
  readonly edges: readonly { readonly node: Node }[];
}

const everything = parse(`{
  appInstances(first: 100) { edges { node { id name phase entryPointUrl } } }
  copies(first: 100) { edges { node { id phase outcome usable } } }
  operations(first: 200) { edges { node { id kind phase } } }
}`) as TypedDocumentNode<
  {
    readonly appInstances: Listed<{ readonly id: string; readonly name: string; readonly phase: string; readonly entryPointUrl: string | null }>;
    readonly copies: Listed<{ readonly id: string; readonly phase: string; readonly outcome: string | null; readonly usable: boolean }>;
    readonly operations: Listed<{ readonly id: string; readonly kind: string; readonly phase: string }>;
  },
  Record<string, never>
>;

/** The packs of chunks are counted: their names say nothing. */
async function foldersOf(home: string, siteId: string): Promise<{ files: string[]; packs: number }> {
  const root = join(home, 'sites', siteId);
  const places = ['data-services', 'volumes'].flatMap((broker) => ['services', 'work', 'trash'].map((name) => join(broker, name)));
  const services = await Promise.all(places.map((place) => namesIn(root, place)));
  const spaces = await Promise.all((await namesIn(root, 'app-services/spaces')).map((space) => namesIn(root, space)));
  const repositories = await namesIn(root, 'copies/data');
  const inside = await Promise.all(repositories.flatMap((repository) => ['parts', 'deleted', 'tmp'].map((name) => namesIn(root, join(repository, name)))));
  const packs = await Promise.all(repositories.map((repository) => readdir(join(root, repository, 'packs'), { recursive: true, withFileTypes: true })));
  const files = [...services, ...spaces, await namesIn(root, 'copies/registry'), repositories, ...inside].flat().filter((name) => !name.endsWith('tmp/index'));
  return { files: files.map((name) => join(siteId, name)).sort(), packs: packs.flat().filter((entry) => entry.isFile()).length };
}

/** A Site whose machine keeps no volumes has no folder for them. */
async function namesIn(root: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder)).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' && folder.startsWith('volumes') ? [] : Promise.reject(error)));
  return names.map((name) => join(folder, name));
}

async function rolesBehind(name: string, entryPointUrl: string): Promise<[string, string[]]> {
  const client = new pg.Client({ connectionString: await databaseUrlBehind(entryPointUrl) });
  await client.connect();
  try {
    const { rows } = await client.query<{ rolname: string }>(`SELECT rolname FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%' ORDER BY 1`);
    return [name, rows.map(({ rolname }) => rolname)];
  } finally {
    await client.end();
  }
}
