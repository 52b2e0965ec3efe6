import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CopyRepositoryBroker, PartKey } from '@ocopea/broker-contract';
import { createFilesystemCopyRepositoryBroker, type FilesystemCopyRepositoryBrokerOptions } from '../index.js';
import { hashesOf } from '../chunk-records.js';
import { manifestHead } from '../manifest.js';
import { readRecords } from '../record-log.js';
import { RepositoryLayout } from '../repository-layout.js';

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

  layout(repositoryId: string): RepositoryLayout {
    return new RepositoryLayout(join(this.directory, 'data', `repository-${repositoryId}`));
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
  async damage({ repositoryId, partId }: PartKey, how: 'flip' | 'truncate'): Promise<void> {
    const hashes: string[] = [];
    for await (const page of this.broker.chunks!.listChunks({ repositoryId, partId })) hashes.push(...page.map(({ hash }) => hash));
    const path = this.layout(repositoryId).chunk(hashes[Math.floor(hashes.length / 2)]!);
    await (how === 'truncate' ? truncate(path, 1000) : flipByte(path, 500));
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

  async filesWithoutPart(): Promise<readonly string[]> {
    const left: string[] = [];
    for (const folder of await readdir(join(this.directory, 'data')).catch(() => [])) {
      const layout = new RepositoryLayout(join(this.directory, 'data', folder));
      const used = new Set<string>();
      for (const name of await readdir(layout.parts).catch(() => [])) {
        for await (const records of readRecords(join(layout.parts, name), manifestHead.length)) for (const hash of hashesOf(records)) used.add(hash);
      }
      left.push(...(await readdir(layout.temporary).catch(() => [])), ...(await readdir(layout.deleted).catch(() => [])));
      left.push(...(await this.chunkHashes(layout)).filter((hash) => !used.has(hash)));
    }
    return left;
  }

  async chunkHashes(layout: RepositoryLayout): Promise<readonly string[]> {
    const entries = await readdir(layout.chunks, { recursive: true, withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
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

/** Changes one byte of a file; chunk files are read-only for their owner. */
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
