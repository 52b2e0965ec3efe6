import type { BigIntStats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { isSystemError } from '@ocopea/embedded';

/** Something in a tree, as it was when it was looked at. */
export interface TreeEntry {
  /** Relative to the root, which is the empty path. Bytes: names need not be text. */
  readonly path: Buffer;
  readonly stat: BigIntStats;
}

const slash = 0x2f;

/**
 * Everything in a tree, each folder before what is in it, in the order of {@link comparePaths}. Links are not followed. What
 * vanishes meanwhile is left out. Holds the names of one folder at each depth.
 */
export async function* walkTree(root: Buffer): AsyncGenerator<TreeEntry, void, undefined> {
  const waiting: { readonly path: Buffer; readonly names: Buffer[] }[] = [];
  const descend = async (path: Buffer) => {
    const names = await unlessGone(readdir(joinPath(root, path), { encoding: 'buffer' }));
    // The next one is taken from the end.
    waiting.push({ path, names: (names ?? []).sort((one, other) => Buffer.compare(other, one)) });
  };
  const empty = Buffer.alloc(0);
  yield { path: empty, stat: await lstat(root, { bigint: true }) };
  await descend(empty);
  for (let folder = waiting.at(-1); folder !== undefined; folder = waiting.at(-1)) {
    const name = folder.names.pop();
    if (name === undefined) {
      waiting.pop();
      continue;
    }
    const path = joinPath(folder.path, name);
    const stat = await unlessGone(lstat(joinPath(root, path), { bigint: true }));
    if (stat === undefined) continue;
    yield { path, stat };
    if (stat.isDirectory()) await descend(path);
  }
}

/** The order in which a tree is walked: by names, a folder right before what is in it. */
export function comparePaths(one: Buffer, other: Buffer): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const difference = rank(one[at]) - rank(other[at]);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Whether `path` is `folder` or below it. */
export function isWithin(path: Buffer, folder: Buffer): boolean {
  return folder.length === 0 || (path.subarray(0, folder.length).equals(folder) && (path.length === folder.length || path[folder.length] === slash));
}

/** The path of the folder that something is in. */
export function parentOf(path: Buffer): Buffer {
  return path.subarray(0, Math.max(path.lastIndexOf(slash), 0));
}

export function joinPath(folder: Buffer, path: Buffer): Buffer {
  if (folder.length === 0) return path;
  return path.length === 0 ? folder : Buffer.concat([folder, Buffer.from('/'), path]);
}

/** Undefined when what was looked for is not there any more. */
export async function unlessGone<T>(looking: Promise<T>): Promise<T | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return undefined;
    throw error;
  }
}

/** Below all other bytes, as no name has it. */
function rank(byte: number | undefined): number {
  return byte === slash ? 0 : byte! + 1;
}
