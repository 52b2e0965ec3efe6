import { readdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { unlessMissing, type RegisteredRepository } from '@ocopea/repository-engine';

/**
 * The folder of a new repository, absolute, without symbolic links.
 *
 * @param path the property; without it the repository lies in the first root
 * @param roots folders below which repositories may lie, absolute
 * @throws INVALID_REQUEST
 */
export async function locateFolder(repositoryId: string, path: string | undefined, roots: readonly [string, ...string[]], others: readonly RegisteredRepository[]): Promise<string> {
  const root = await resolveFolder(repositoryId, path, roots);
  for (const other of others) {
    if (!isInside(root, other.location) && !isInside(other.location, root)) continue;
    throw invalid(`property "path" of repository "${repositoryId}" names a folder that repository "${other.repositoryId}" lies in; name another folder`);
  }
  const strange = ((await unlessMissing(readdir(root))) ?? []).find((name) => !ownNames.has(name));
  if (strange !== undefined) {
    throw invalid(`the folder for repository "${repositoryId}" is not empty and is no repository (it holds "${strange}"); name an empty folder`);
  }
  return root;
}

/** What a repository's folder holds, on the top. */
export const repositoryFolders = ['parts', 'deleted', 'tmp', 'packs', 'keys'] as const;
const ownNames = new Set<string>([...repositoryFolders, 'ocopea-repository.json', 'chunks']);

async function resolveFolder(repositoryId: string, path: string | undefined, roots: readonly [string, ...string[]]): Promise<string> {
  const [first] = roots;
  // The prefix keeps the ids "." and ".." from being anything but names.
  const wanted = path === undefined ? join(first, `repository-${repositoryId}`) : isAbsolute(path) ? resolve(path) : resolve(first, path);
  if (wanted.includes('\0')) throw invalid(`property "path" of repository "${repositoryId}" is no path`);
  const root = await realFolder(wanted);
  for (const allowed of roots) {
    const real = await realFolder(resolve(allowed));
    if (isInside(root, real) && root !== real) return root;
  }
  throw invalid(`property "path" of repository "${repositoryId}" must name a folder below one of the roots that this broker was given`);
}

/** The folder with the symbolic links of what exists of it resolved, so that none leads out of a root. */
async function realFolder(path: string): Promise<string> {
  const real = await unlessMissing(realpath(path));
  if (real !== undefined || dirname(path) === path) return real ?? path;
  return join(await realFolder(dirname(path)), relative(dirname(path), path));
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function invalid(message: string): BrokerError {
  return new BrokerError(BrokerErrorCode.InvalidRequest, message);
}
