import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyRepositoryBroker, PartKey } from '@ocopea/broker-contract';
import { testKeyEncryption } from '@ocopea/repository-engine/testing';
import { createS3CopyRepositoryBroker, type S3CopyRepositoryBrokerOptions } from '../index.js';
import { S3Emulator } from './s3-emulator.js';

/** An S3 broker over the emulator: one bucket, a prefix for each repository. */
export class S3Harness {
  #broker: CopyRepositoryBroker;
  #clock = Date.now();

  private constructor(
    readonly directory: string,
    readonly emulator: S3Emulator,
    private readonly options: Partial<S3CopyRepositoryBrokerOptions>,
  ) {
    emulator.bucket('copies');
    this.#broker = this.#open();
  }

  static async open(options: Partial<S3CopyRepositoryBrokerOptions> = {}): Promise<S3Harness> {
    return new S3Harness(await mkdtemp(join(tmpdir(), 'ocopea-s3-')), await S3Emulator.start(), options);
  }

  get broker(): CopyRepositoryBroker {
    return this.#broker;
  }

  properties(repositoryId: string): Readonly<Record<string, string>> {
    return { bucket: 'copies', prefix: `of/${repositoryId}`, endpoint: this.emulator.endpoint, accessKeyId: 'test-key', secretAccessKey: 'a secret that nobody knows' };
  }

  otherProperties(repositoryId: string): Readonly<Record<string, string>> {
    return { ...this.properties(repositoryId), prefix: `other/${repositoryId}` };
  }

  async smallProperties(repositoryId: string): Promise<Readonly<Record<string, string>>> {
    this.emulator.bucket('small').mostBytes = 6 * 1024 * 1024;
    return { ...this.properties(repositoryId), bucket: 'small' };
  }

  async damage({ repositoryId }: PartKey, how: 'flip' | 'truncate'): Promise<void> {
    const { objects } = this.emulator.bucket('copies');
    const [key, pack] = [...objects].find(([one]) => one.startsWith(`of/${repositoryId}/packs/`))!;
    const content = Buffer.from(how === 'truncate' ? pack.content.subarray(0, 200) : pack.content);
    if (how === 'flip') content[100]! ^= 8;
    objects.set(key, { ...pack, content });
  }

  async reopen(): Promise<void> {
    await this.#broker.close();
    this.#broker = this.#open();
  }

  async crash(): Promise<void> {
    this.#broker = this.#open();
  }

  /** Objects and unfinished uploads that no part accounts for, and local lists, when transfers have had their time. */
  async leftovers(): Promise<readonly string[]> {
    this.#clock += 24 * 60 * 60_000;
    const left: string[] = [];
    for (const repositoryId of await this.broker.listRepositories()) {
      await this.broker.sweep(repositoryId);
      const { items } = await this.broker.listParts(repositoryId);
      for (const bucket of ['copies', 'small']) {
        const { objects, uploads } = this.emulator.bucket(bucket);
        const rest = [...objects.keys()].filter((key) => key.includes(`/${repositoryId}/`) && !/\/(keys\/\d+|ocopea-repository)\.json$/.test(key));
        left.push(...(items.length === 0 ? rest : []), ...uploads.keys());
      }
      const local = await readdir(join(this.directory, 'scratch', `repository-${repositoryId}`), { withFileTypes: true }).catch(() => []);
      left.push(...local.filter((entry) => entry.isFile()).map(({ name }) => name));
    }
    return left;
  }

  async close(): Promise<void> {
    await this.#broker.close();
    await this.emulator.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  #open(): CopyRepositoryBroker {
    return createS3CopyRepositoryBroker({ directory: this.directory, keyEncryption: testKeyEncryption(), now: () => this.#clock, ...this.options });
  }
}
