/**
 * Works on a repository in a folder, and kills itself at a change of the filesystem when told to. A program of its own: the matrix
 * starts it, and reads what it prints.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { metadata, randomBytes, sha256, streamOf } from '@ocopea/repository-engine/testing';

export interface SweeperInput {
  readonly directory: string;
  readonly work: 'write' | 'half' | 'delete' | 'sweep' | 'look';
  /** Of the changes of the filesystem, counted from 1. */
  readonly killAt?: { readonly change: number; readonly when: 'before' | 'after' };
}

/** What it prints last, of the work `look`. */
export interface Looked {
  readonly sha256: string;
  readonly intact: boolean;
  readonly usedBytes: number;
  readonly files: readonly string[];
}

const { directory, work, killAt } = JSON.parse(process.argv[2]!) as SweeperInput;
const live = { repositoryId: 'r', partId: 'live' };
const doomed = { repositoryId: 'r', partId: 'doomed' };
const broker = createFilesystemCopyRepositoryBroker({ directory, chunkBytes: 65_536, packBytes: 262_144, graceMs: 0, pinMs: 0 });
let changes = 0;

/** Each change is counted and named; the one that was asked for is the last. */
async function counted<T>(name: string, path: unknown, change: () => Promise<T>): Promise<T> {
  changes += 1;
  const number = changes;
  const place = /\/repository-r\/([a-z]+)/.exec(String(path))?.[1] ?? 'elsewhere';
  console.log(`change ${name} ${place}`);
  if (killAt?.change === number && killAt.when === 'before') process.kill(process.pid, 'SIGKILL');
  const result = await change();
  if (killAt?.change === number) process.kill(process.pid, 'SIGKILL');
  return result;
}

function countChanges(): void {
  const patched = fs as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  for (const name of ['rename', 'link', 'unlink', 'rm', 'rmdir', 'mkdir', 'writeFile', 'utimes', 'truncate']) {
    const original = patched[name]!;
    patched[name] = (...given) => counted(name, given[0], () => original(...given));
  }
  const open = patched['open']!;
  patched['open'] = (...given) => (/[wa+]/.test(String(given[1] ?? 'r')) ? counted('create', given[0], () => open(...given)) : open(...given));
  syncBuiltinESMExports();
}

switch (work) {
  case 'write':
    await broker.createRepository({ repositoryId: 'r', properties: {} });
    await broker.writePart(live, metadata, streamOf(randomBytes(1_500_000, 1)));
    // Packs of its own, and some that it shares with what stays.
    await broker.writePart(doomed, metadata, streamOf(Buffer.concat([randomBytes(655_360, 1), randomBytes(900_000, 2)])));
    for (const seed of [11, 12, 13]) {
      const content = randomBytes(50_000, seed);
      await broker.chunks!.writeChunk('r', sha256(content), content);
    }
    break;
  case 'half':
    countChanges();
    await broker.writePart({ repositoryId: 'r', partId: 'half' }, metadata, streamOf(randomBytes(2_000_000, 3)));
    break;
  case 'delete':
    countChanges();
    await broker.deletePart(doomed);
    break;
  case 'sweep':
    countChanges();
    await broker.sweep('r');
    break;
  case 'look': {
    await broker.sweep('r');
    const pieces: Uint8Array[] = [];
    for await (const piece of broker.readPart(live)) pieces.push(piece);
    const { intact } = await broker.verifyPart(live);
    const { usedBytes } = await broker.stats('r');
    const entries = await fs.readdir(directory, { recursive: true, withFileTypes: true });
    // The index is a cache: what is in it says nothing about what is kept.
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath.slice(directory.length)}/${name}`).filter((path) => !path.includes('/tmp/index/'));
    const files = paths.map((path) => path.replace(/packs\/.*/, 'packs/*')).sort();
    console.log(JSON.stringify({ sha256: sha256(Buffer.concat(pieces)), intact, usedBytes, files } satisfies Looked));
    break;
  }
}
await broker.close();
