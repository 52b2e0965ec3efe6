import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifact, BrokerError } from '@ocopea/broker-contract';
import { isSystemError } from '@ocopea/embedded';

/** An artifact of type `directory`, found in an artifact root. */
export interface FoundArtifact {
  /** Its folder; what it runs, runs there. */
  readonly directory: string;
  /** Program and arguments. `node` is this process's Node. */
  readonly command: CommandLine;
  /** What can be run beside it, by name. */
  readonly commands: Readonly<Record<string, CommandLine>>;
}

export type CommandLine = readonly [string, ...string[]];

/**
 * Finds `<root>/<name>/artifact.json` with that name and version, in the first root that has it. Commands in it are the
 * operator's, who filled the roots; nothing a caller says becomes part of it.
 * @throws INVALID_REQUEST a name that could leave the root; NOT_FOUND; CONFLICT an artifact.json that is none
 */
export async function findArtifact(roots: readonly string[], { name, version }: Artifact): Promise<FoundArtifact> {
  if (!/^[a-z0-9-]+$/.test(name)) throw new BrokerError('INVALID_REQUEST', `artifact name ${JSON.stringify(name)} is not of [a-z0-9-]`);
  const otherVersions: string[] = [];
  for (const root of roots) {
    const directory = join(root, name);
    const manifest = await readManifest(directory, name);
    if (manifest?.version === version) return { directory, command: manifest.command, commands: manifest.commands };
    if (manifest !== undefined) otherVersions.push(manifest.version);
  }
  const instead = otherVersions.length === 0 ? 'put its folder into an artifact root' : `there is ${otherVersions.join(', ')}`;
  throw new BrokerError('NOT_FOUND', `there is no artifact "${name}" of version "${version}"; ${instead}`);
}

interface ArtifactManifest extends Omit<FoundArtifact, 'directory'> {
  readonly version: string;
}

async function readManifest(directory: string, name: string): Promise<ArtifactManifest | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, 'artifact.json'), 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new BrokerError('UNAVAILABLE', `artifact "${name}" cannot be read; look at the permissions of its folder`, { cause: error });
  }
  const manifest = parse(text);
  if (manifest === undefined || manifest.name !== name) {
    throw new BrokerError('CONFLICT', `artifact.json of artifact "${name}" needs this name, a version, a command like ["node", "main.js"], and commands, if any, like {"freeze": ["node", "freeze.js"]}; correct it`);
  }
  return manifest;
}

function parse(text: string): (ArtifactManifest & { readonly name: string }) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { name, version, command, commands = {} } = value as Record<string, unknown>;
    const line = commandLine(command);
    if (typeof name !== 'string' || typeof version !== 'string' || line === undefined) return undefined;
    if (typeof commands !== 'object' || commands === null) return undefined;
    const named = Object.entries(commands).map(([key, one]) => [key, commandLine(one)] as const);
    if (!named.every((entry): entry is readonly [string, CommandLine] => /^[a-z][a-z0-9-]{0,62}$/.test(entry[0]) && entry[1] !== undefined)) return undefined;
    return { name, version, command: line, commands: Object.fromEntries(named) };
  } catch {
    return undefined;
  }
}

function commandLine(value: unknown): CommandLine | undefined {
  if (!Array.isArray(value)) return undefined;
  const [program, ...rest] = value as unknown[];
  if (typeof program !== 'string' || program === '' || !rest.every((one) => typeof one === 'string')) return undefined;
  return [program === 'node' ? process.execPath : program, ...(rest as string[])];
}
