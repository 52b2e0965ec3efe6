import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CopyRepositoryBroker, PartKey } from '@ocopea/broker-contract';
import { packsIn, type PackedChunk } from '@ocopea/repository-engine/testing';
import { createFilesystemCopyRepositoryBroker, type FilesystemCopyRepositoryBrokerOptions } from '../index.js';

const run = promisify(execFile);

/** A filesystem broker in a temporary folder, with the means to look into its repositories and to hurt them. */
export class FilesystemHarness {
  #broker: CopyRepositoryBroker;
  readonly #mounts: string[] = [];
  #clock = Date.now();

  private constructor(
    readonly directory: string,
    private readonly options: Partial<FilesystemCopyRepositoryBrokerOptions>,
  ) {
    this.#broker = this.#open();
  }

  static async open(options: Partial<FilesystemCopyRepositoryBrokerOptions> = {}): Promise<FilesystemHarness> {
    return new FilesystemHarness(await mkdtemp(join(tmpdir(), 'ocopea-repository-')), options);
  }

  get broker(): CopyRepositoryBroker {
    return this.#broker;
  }

  properties(): Readonly<Record<string, string>> {
    return {};
  }

  otherProperties(repositoryId: string): Readonly<Record<string, string>> {
    return { path: `other-${repositoryId}` };
  }

  root(repositoryId: string): string {
    return join(this.directory, 'data', `repository-${repositoryId}`);
  }

  /** Mounts a small filesystem below the folder. @returns undefined where that is not permitted */
  async mountSmall(megabytes: number): Promise<string | undefined> {
    const folder = join(this.directory, 'data', `small-${this.#mounts.length}`);
    await mkdir(folder, { recursive: true });
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
    } catch {
      return undefined;
    }
    this.#mounts.push(folder);
    return folder;
  }

  /** Hurts a chunk in the middle of the part. */
  async damage(key: PartKey, how: 'flip' | 'truncate'): Promise<void> {
    const chunks = await this.chunksOf(key);
    const { path, offset } = chunks[Math.floor(chunks.length / 2)]!;
    await (how === 'truncate' ? truncate(path, offset + 10) : flipByte(path, offset + 20));
  }

  /** Where the chunks of a part lie, in order; of a repository that is not encrypted. */
  async chunksOf({ repositoryId, partId }: PartKey): Promise<readonly PackedChunk[]> {
    const packed = new Map((await packsIn(this.root(repositoryId))).flatMap(({ chunks }) => chunks).map((one) => [one.name, one]));
    const chunks: PackedChunk[] = [];
    for await (const page of this.broker.chunks!.listChunks({ repositoryId, partId })) chunks.push(...page.map(({ hash }) => packed.get(hash)!));
    return chunks;
  }

  async reopen(): Promise<void> {
    await this.#broker.close();
    this.#broker = this.#open();
  }

  async crash(): Promise<void> {
    this.#broker = this.#open();
  }

  /** Lets the pins of transfers expire. */
  passTime(ms: number): void {
    this.#clock += ms;
  }

  /** Files that no published part accounts for, when transfers have had their time and everything was swept. */
  async leftovers(): Promise<readonly string[]> {
    this.passTime(24 * 60 * 60_000);
    for (const repositoryId of await this.broker.listRepositories()) await this.broker.sweep(repositoryId);
    return await this.filesWithoutPart();
  }

  /** Packs of which no part uses a chunk, and what is unfinished. */
  async filesWithoutPart(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const folder of await readdir(join(this.directory, 'data')).catch(() => [])) {
      const root = join(this.directory, 'data', folder);
      const used = new Set<string>();
      for (const name of await readdir(join(root, 'parts')).catch(() => [])) {
        const manifest = await readFile(join(root, 'parts', name));
        for (let at = 8; at + 36 <= manifest.length; at += 36) used.add(manifest.toString('hex', at, at + 32));
      }
      const temporary = await readdir(join(root, 'tmp'), { withFileTypes: true }).catch(() => []);
      left.push(...temporary.filter((entry) => entry.isFile()).map(({ name }) => name), ...(await readdir(join(root, 'deleted')).catch(() => [])));
      left.push(...(await packsIn(root)).filter(({ chunks }) => !chunks.some(({ name }) => used.has(name))).map(({ path }) => path));
    }
    return left;
  }

  async close(): Promise<void> {
    await this.#broker.close();
    for (const folder of this.#mounts) await run('umount', [folder]);
    await rm(this.directory, { recursive: true, force: true });
  }

  #open(): CopyRepositoryBroker {
    return createFilesystemCopyRepositoryBroker({ directory: this.directory, now: () => this.#clock, ...this.options });
  }
}

/** Changes one byte of a file; what is in a repository is read-only for its owner. */
export async function flipByte(path: string, at: number): Promise<void> {
  await chmod(path, 0o600);
  const handle = await open(path, 'r+');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at);
    await handle.write(Buffer.from([buffer[0]! ^ 0x40]), 0, 1, at);
  } finally {
    await handle.close();
  }
}
