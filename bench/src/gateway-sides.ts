import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productsSdl, stockSdl, type Catalogue } from './catalogue.js';
import type { GatewaySideOptions } from './gateway-side.js';
import { peersFolder } from './peers.js';

const ocopea = fileURLToPath(new URL('../../cli/bin/ocopea.js', import.meta.url));
const peer = (...path: string[]): string => join(peersFolder, ...path);

/**
 * Ours, the others, and what a person would write for this one join.
 *
 * @param profileTo - a folder for the CPU profile of ours
 */
export async function gatewaySides({ supergraphSdl, urls }: Catalogue, folder: string, profileTo?: string): Promise<readonly GatewaySideOptions[]> {
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphSdl);
  const hive = (...more: string[]) => (port: number) =>
    [process.execPath, peer('node_modules/@graphql-hive/gateway/dist/bin.js'), 'supergraph', file, '--host', '127.0.0.1', '--port', String(port), ...more] as const;
  return [
    {
      name: 'ours',
      logs: folder,
      command: (port) => [process.execPath, ...(profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`]), ocopea, 'hub', '--supergraph', file, '--no-auth', '--port', String(port)],
      environment: { OCOPEA_HOME: join(folder, 'ocopea') },
    },
    {
      name: 'stock Apollo',
      logs: folder,
      command: (port) => [process.execPath, peer('apollo.mjs'), file, String(port)],
      environment: { APOLLO_TELEMETRY_DISABLED: 'true' },
    },
    { name: 'Hive (JS planner)', logs: folder, command: hive() },
    { name: 'Hive (Rust planner)', logs: folder, command: hive('--hive-router-runtime') },
    await grafbase(urls, folder),
    { name: 'hand-written', logs: folder, command: (port) => [process.execPath, peer('hand-written.mjs'), urls.products, urls.stock, String(port)] },
  ];
}

/** It composes by itself. */
async function grafbase(urls: Catalogue['urls'], logs: string): Promise<GatewaySideOptions> {
  const folder = join(logs, 'grafbase');
  await mkdir(folder);
  await writeFile(join(folder, 'products.graphql'), productsSdl);
  await writeFile(join(folder, 'stock.graphql'), stockSdl);
  const subgraph = (name: keyof Catalogue['urls']): string => `[subgraphs.${name}]\nurl = "${urls[name]}"\nschema_path = "${join(folder, `${name}.graphql`)}"\n`;
  const config = join(folder, 'grafbase.toml');
  await writeFile(config, `${subgraph('products')}\n${subgraph('stock')}`);
  return {
    name: 'Grafbase',
    logs,
    command: (port) => [peer('node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase'), '--home', folder, 'dev', '--config', config, '--port', String(port)],
  };
}
