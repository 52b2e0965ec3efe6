import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { readAttributes } from '../posix-calls.js';
import { joinPath, walkTree } from '../walk-tree.js';

/** Everything that a file system keeps of a tree, by path as hex digits, in a form that two trees can be compared in. */
export async function treeSnapshot(directory: string): Promise<Record<string, object>> {
  const root = Buffer.from(directory);
  const snapshot: Record<string, object> = {};
  const firstNames = new Map<bigint, string>();
  for await (const { path, stat } of walkTree(root)) {
    if (stat.isSocket()) continue;
    const absolute = joinPath(root, path);
    const name = path.toString('hex');
    if (stat.isFile() && !firstNames.has(stat.ino)) firstNames.set(stat.ino, name);
    snapshot[name] = {
      mode: stat.mode.toString(8),
      owner: `${stat.uid}:${stat.gid}`,
      modified: stat.mtimeNs,
      attributes: readAttributes(absolute).map(({ name: attribute, value }) => `${attribute.toString()}=${value.toString('hex')}`),
      ...(stat.isFile() && { size: stat.size, sameAs: firstNames.get(stat.ino), content: stat.size < 1e8 ? await digest(absolute) : `${stat.blocks} blocks` }),
      ...(stat.isSymbolicLink() && { target: (await readlink(absolute, { encoding: 'buffer' })).toString('hex') }),
    };
  }
  return snapshot;
}

async function digest(path: Buffer): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}
