import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CopyRepositoryBroker, PartKey } from '@ocopea/broker-contract';
import { createRepositoryBroker, type RepositoryEngineOptions } from '../create-repository-broker.js';
import type { KeyEncryption } from '../repository-keys.js';
import { MemoryObjectStore } from './memory-object-store.js';

/** Stands for a Site's box of secrets. */
export function testKeyEncryption(secret = 'the keys of a site'): KeyEncryption {
  const keyOf = (context: string): Buffer => createHash('sha256').update(`${secret}:${context}`).digest();
  const nonce = Buffer.alloc(12);
  return {
    seal: (text, context) => {
      const cipher = createCipheriv('aes-256-gcm', keyOf(context), nonce);
      return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
    },
    open: (box, context) => {
      const bytes = Buffer.from(box, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', keyOf(context), nonce).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
    },
  };
}

/** The engine over memory: encrypted unless its options say otherwise, with the means to look at what is stored and to hurt it. */
export class EngineHarness {
  #broker: CopyRepositoryBroker;
  #clock = Date.now();
  readonly #stores = new Map<string, MemoryObjectStore>();

  private constructor(
    readonly directory: string,
    private options: Partial<RepositoryEngineOptions>,
  ) {
    this.#broker = this.#open();
  }

  static async open(options: Partial<RepositoryEngineOptions> = {}): Promise<EngineHarness> {
    return new EngineHarness(await mkdtemp(join(tmpdir(), 'ocopea-engine-')), { keyEncryption: testKeyEncryption(), ...options });
  }

  get broker(): CopyRepositoryBroker {
    return this.#broker;
  }

  properties(): Readonly<Record<string, string>> {
    return {};
  }

  otherProperties(): Readonly<Record<string, string>> {
    return { encryption: 'passphrase', passphrase: 'correct horse battery' };
  }

  store(repositoryId: string): MemoryObjectStore {
    const store = this.#stores.get(repositoryId) ?? new MemoryObjectStore();
    this.#stores.set(repositoryId, store);
    return store;
  }

  async damage({ repositoryId }: PartKey, how: 'flip' | 'truncate'): Promise<void> {
    const [key, pack] = [...this.store(repositoryId).objects].find(([one]) => one.startsWith('packs/'))!;
    const content = Buffer.from(how === 'truncate' ? pack.content.subarray(0, 200) : pack.content);
    if (how === 'flip') content[100]! ^= 8;
    this.store(repositoryId).objects.set(key, { ...pack, content });
  }

  async reopen(options: Partial<RepositoryEngineOptions> = {}): Promise<void> {
    await this.#broker.close();
    await this.crash(options);
  }

  async crash(options: Partial<RepositoryEngineOptions> = {}): Promise<void> {
    this.options = { ...this.options, ...options };
    this.#broker = this.#open();
  }

  /** What is stored beside the format and the keys, and what lies in local files, when transfers have had their time. */
  async leftovers(): Promise<readonly string[]> {
    this.#clock += 24 * 60 * 60_000;
    const left: string[] = [];
    for (const repositoryId of await this.broker.listRepositories()) {
      await this.broker.sweep(repositoryId);
      const { items } = await this.broker.listParts(repositoryId);
      const keys = [...this.store(repositoryId).objects.keys()];
      if (items.length === 0) left.push(...keys.filter((key) => !key.startsWith('keys/') && key !== 'ocopea-repository.json'));
      const local = await readdir(join(this.directory, 'scratch', repositoryId), { withFileTypes: true }).catch(() => []);
      left.push(...local.filter((entry) => entry.isFile()).map(({ name }) => name));
    }
    return left;
  }

  /** Everything that is kept of a repository: objects, and local files. */
  async everything(repositoryId: string): Promise<readonly { readonly name: string; readonly content: Buffer }[]> {
    const files = await readdir(this.directory, { recursive: true, withFileTypes: true });
    const local = files.filter((entry) => entry.isFile()).map(async (entry) => ({ name: entry.name, content: await readFile(join(entry.parentPath, entry.name)) }));
    return [...(await Promise.all(local)), ...[...this.store(repositoryId).objects].map(([name, { content }]) => ({ name, content }))];
  }

  async close(): Promise<void> {
    await this.#broker.close();
    await rm(this.directory, { recursive: true, force: true });
  }

  #open(): CopyRepositoryBroker {
    return createRepositoryBroker({ directory: this.directory, now: () => this.#clock, ...this.options }, {
      product: 'memory-store',
      version: '0.0.0',
      description: 'The engine over memory, for tests.',
      properties: [],
      locate: async (repositoryId) => repositoryId,
      make: async (location) => void (await mkdir(join(this.directory, 'scratch', location), { recursive: true })),
      open: async (location) => ({ store: this.store(location), scratch: join(this.directory, 'scratch', location) }),
    });
  }
}
