import { join, resolve } from 'node:path';
import type { CopyRepositoryBroker } from '@ocopea/broker-contract';
import { createRepositoryBroker, type RepositoryEngineOptions } from '@ocopea/repository-engine';
import { FilesystemObjectStore, makeFolders } from './filesystem-object-store.js';
import { locateFolder, repositoryFolders } from './repository-folder.js';

export interface FilesystemCopyRepositoryBrokerOptions extends RepositoryEngineOptions {
  /** Folders below which the property `path` may put a repository, besides `<directory>/data`. @default none */
  readonly allowedRoots?: readonly string[];
}

/**
 * Keeps copies in folders of the local filesystem, or of one mounted here. The layout is specified in
 * `docs/reference/repository-format.md`.
 *
 * @example
 * const broker = createFilesystemCopyRepositoryBroker({ directory: '/var/lib/ocopea/copies' });
 * await broker.createRepository({ repositoryId: 'main', properties: {} });
 * await broker.writePart({ repositoryId: 'main', partId: 'p1' }, metadata, stream);
 */
export function createFilesystemCopyRepositoryBroker(options: FilesystemCopyRepositoryBrokerOptions): CopyRepositoryBroker {
  const directory = resolve(options.directory);
  const roots = [join(directory, 'data'), ...(options.allowedRoots ?? [])] as const;
  return createRepositoryBroker({ parallelPacks: 1, ...options, directory }, {
    product: 'filesystem',
    version: '0.2.0',
    description: 'Keeps copies as packed, compressed and encrypted chunks in a folder.',
    properties: [{ name: 'path', description: 'Folder of the repository, below a root that the broker allows. By default a folder of its own in the broker\'s data folder.', required: false, secret: false }],
    locate: (repositoryId, { path }, others) => locateFolder(repositoryId, path, roots, others),
    make: (root) => makeFolders(root, [...repositoryFolders, ...packFolders]),
    open: async (root, { token }) => {
      const temporary = join(root, 'tmp');
      return { store: new FilesystemObjectStore({ root, temporary, token }), scratch: temporary };
    },
  });
}

/** All of them from the start, so that no write has to look for its own. */
const packFolders = Array.from({ length: 256 }, (_, byte) => `packs/${byte.toString(16).padStart(2, '0')}`);
