import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { unlessMissing } from './storage-error.js';

/** A repository that the broker knows. */
export interface RegisteredRepository {
  readonly repositoryId: string;
  /** As given, but for secrets. */
  readonly properties: Readonly<Record<string, string>>;
  /** Values of secret properties, each sealed. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Where it lies, in the words of the adapter. */
  readonly location: string;
}

/** Which repositories a broker knows, over restarts: a file each. What is in a repository lies with the repository. */
export class RepositoryRegistry {
  constructor(private readonly directory: string) {}

  /** Idempotent. */
  async add(repository: RegisteredRepository): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = this.#file(repository.repositoryId);
    const handle = await open(`${path}.new`, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(repository));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.new`, path);
    await this.#settle();
  }

  async remove(repositoryId: string): Promise<void> {
    if (await unlessMissing(unlink(this.#file(repositoryId)).then(() => true))) await this.#settle();
  }

  async get(repositoryId: string): Promise<RegisteredRepository | undefined> {
    const written = await unlessMissing(readFile(this.#file(repositoryId), 'utf8'));
    if (written === undefined) return undefined;
    const registered = JSON.parse(written) as RegisteredRepository;
    if (typeof registered.location === 'string') return registered;
    throw new BrokerError(BrokerErrorCode.NotSupported, `repository "${repositoryId}" was made by an earlier version of this broker, whose format it does not read; move the broker's folder away and make the repository anew`);
  }

  async all(): Promise<readonly RegisteredRepository[]> {
    const repositories: RegisteredRepository[] = [];
    for (const repositoryId of await this.ids()) {
      const one = await this.get(repositoryId);
      if (one) repositories.push(one);
    }
    return repositories;
  }

  async ids(): Promise<readonly string[]> {
    const names = (await unlessMissing(readdir(this.directory))) ?? [];
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length)).sort();
  }

  /** Makes the names in the folder durable. */
  async #settle(): Promise<void> {
    const handle = await open(this.directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  #file(repositoryId: string): string {
    return join(this.directory, `${repositoryId}.json`);
  }
}
