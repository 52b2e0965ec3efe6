import { mkdir, open, readdir, readFile, realpath, rename, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { syncDirectory } from './durable-file.js';
import { unlessMissing } from './storage-error.js';

export interface RepositoryRegistryOptions {
  /** Holds one file per repository. */
  readonly directory: string;
  /** Where repositories may lie, absolute. The first is where they lie unless the property `path` says otherwise. */
  readonly roots: readonly [string, ...string[]];
}

/** A repository that the broker knows. */
export interface RegisteredRepository {
  readonly repositoryId: string;
  readonly properties: Readonly<Record<string, string>>;
  /** The folder, absolute, without symbolic links. */
  readonly root: string;
}

/** Which repositories a broker knows, over restarts. What is in a repository lies with the repository. */
export class RepositoryRegistry {
  constructor(private readonly options: RepositoryRegistryOptions) {}

  /** @throws INVALID_REQUEST; ALREADY_EXISTS */
  async check(repositoryId: string, properties: Readonly<Record<string, string>>): Promise<RegisteredRepository> {
    const unknown = Object.keys(properties).find((name) => name !== 'path');
    if (unknown !== undefined) throw invalid(`property "${unknown}" of repository "${repositoryId}" is unknown; the only one is "path"`);
    const known = await this.get(repositoryId);
    if (known) {
      if (known.properties['path'] === properties['path']) return known;
      throw new BrokerError(BrokerErrorCode.AlreadyExists, `repository "${repositoryId}" exists already with another path; forget it first, or choose another id`);
    }
    const root = await this.#resolve(repositoryId, properties['path']);
    for (const other of await this.all()) {
      if (!isInside(root, other.root) && !isInside(other.root, root)) continue;
      throw invalid(`property "path" of repository "${repositoryId}" names a folder that repository "${other.repositoryId}" lies in; name another folder`);
    }
    return { repositoryId, properties, root };
  }

  /** Remembers a repository that passed {@link check}. Idempotent. */
  async add(repository: RegisteredRepository): Promise<void> {
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
    const path = this.#file(repository.repositoryId);
    const handle = await open(`${path}.new`, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(repository));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${path}.new`, path);
    await syncDirectory(this.options.directory);
  }

  async remove(repositoryId: string): Promise<void> {
    if (await unlessMissing(unlink(this.#file(repositoryId)).then(() => true))) await syncDirectory(this.options.directory);
  }

  async get(repositoryId: string): Promise<RegisteredRepository | undefined> {
    const written = await unlessMissing(readFile(this.#file(repositoryId), 'utf8'));
    return written === undefined ? undefined : (JSON.parse(written) as RegisteredRepository);
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
    const names = (await unlessMissing(readdir(this.options.directory))) ?? [];
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length)).sort();
  }

  async #resolve(repositoryId: string, path: string | undefined): Promise<string> {
    const [first] = this.options.roots;
    // The prefix keeps the ids "." and ".." from being anything but names.
    const wanted = path === undefined ? join(first, `repository-${repositoryId}`) : isAbsolute(path) ? resolve(path) : resolve(first, path);
    if (wanted.includes('\0')) throw invalid(`property "path" of repository "${repositoryId}" is no path`);
    const root = await realFolder(wanted);
    for (const allowed of this.options.roots) {
      const real = await realFolder(resolve(allowed));
      if (isInside(root, real) && root !== real) return root;
    }
    throw invalid(`property "path" of repository "${repositoryId}" must name a folder below one of the roots that this broker was given`);
  }

  #file(repositoryId: string): string {
    return join(this.options.directory, `${repositoryId}.json`);
  }
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
