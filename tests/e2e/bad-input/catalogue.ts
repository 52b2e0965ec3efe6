import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packsIn } from '@ocopea/repository-engine/testing';
import { processesOf } from '@ocopea/test-support';
import type { Scene } from './scene.js';

/** What the graph says that there is. */
export interface Rows {
  readonly things: unknown;
  /** How many operations there have been: a refused request begins none. */
  readonly operations: number;
}

/** All that a refused request must leave as it was. */
export interface Catalogue extends Rows {
  readonly folders: Readonly<Record<string, readonly string[]>>;
  /** Packs that a transfer has sent ahead; those of one that failed stay for a while, so that it can be taken up again. */
  readonly sentAhead: readonly string[];
  readonly processes: readonly string[];
}

const document = `{
  sites { id connection { state } }
  appInstances(first: 500) { edges { node { id name phase } } }
  copies(first: 500) { edges { node { id phase usable outcome } } }
  dataServices(first: 500) { edges { node { id phase } } }
  brokers { id }
  copyRepositories { id partCount }
  operations(first: 0) { totalCount }
}`;

/** Folders of a Site whose names say what it keeps; what lies in them deeper is their owners'. */
const folders = ['data-services/services', 'data-services/work', 'data-services/trash', 'app-services/spaces/default', 'copies/registry'];

export async function rowsOf(scene: Scene): Promise<Rows> {
  const { data, errors } = await scene.ask('hub', document);
  if (errors !== undefined) throw new Error(`the catalogue cannot be read: ${JSON.stringify(errors)}`);
  const { operations, ...things } = data;
  return { things, operations: operations.totalCount };
}

export async function catalogueOf(scene: Scene): Promise<Catalogue> {
  const homes = (['eu-central', 'us-west'] as const).map((site) => scene.homeOf(site));
  const found: Record<string, string[]> = {};
  for (const path of homes.flatMap((home) => folders.map((folder) => join(home, folder)))) found[path] = await namesIn(path);
  const sentAhead: string[] = [];
  for (const repository of (await Promise.all(homes.map((home) => repositoriesOf(home)))).flat()) {
    for (const folder of ['parts', 'deleted', 'tmp']) found[join(repository, folder)] = (await namesIn(join(repository, folder))).filter((name) => name !== 'index');
    const packs = await packsOf(repository);
    found[join(repository, 'packs')] = packs.filter(({ isOfPart }) => isOfPart).map(({ path }) => path).toSorted();
    sentAhead.push(...packs.filter(({ isOfPart }) => !isOfPart).map(({ path }) => path));
  }
  return { ...(await rowsOf(scene)), folders: found, sentAhead, processes: await processes(scene.fabric.home) };
}

async function repositoriesOf(home: string): Promise<string[]> {
  const data = join(home, 'copies/data');
  return (await readdir(data)).toSorted().map((name) => join(data, name));
}

/** A pack is of a part when a manifest names one of its chunks; `docs/reference/repository-format.md`. */
async function packsOf(repository: string): Promise<{ path: string; isOfPart: boolean }[]> {
  const used = new Set<string>();
  for (const part of await namesIn(join(repository, 'parts'))) {
    const manifest = await readFile(join(repository, 'parts', part));
    for (let at = listAt; at + recordBytes <= manifest.length; at += recordBytes) used.add(manifest.toString('hex', at, at + 32));
  }
  return (await packsIn(repository)).map(({ path, chunks }) => ({ path, isOfPart: chunks.some(({ name }) => used.has(name)) }));
}

/** Where the list of chunks begins in a manifest, and how long a record of it is. */
const listAt = 8;
const recordBytes = 36;

/** None for a folder that is not there: a disk that is gone. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).toSorted();
}

/** Sessions of database servers come and go with the pools of their clients. */
async function processes(home: string): Promise<string[]> {
  const commands = (await processesOf(home)).map(({ command }) => command);
  return commands.filter((command) => !command.startsWith('postgres:')).toSorted();
}
