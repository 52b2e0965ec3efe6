import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFilesystemCopyRepositoryBroker } from './index.js';

describe('the property path of a repository', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'ocopea-registry-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const make = (repositoryId: string, path: string) =>
    createFilesystemCopyRepositoryBroker({ directory: join(folder, 'broker'), allowedRoots: [join(folder, 'allowed')] }).createRepository({ repositoryId, properties: { path } });

  it('may name a folder below an allowed root, in full or from the data folder on', async () => {
    await make('full', join(folder, 'allowed/deep/one'));
    await make('short', 'two');
  });

  it.each([
    ['outside of the roots', '/etc/ocopea-copies'],
    ['outside by way of ..', '../../elsewhere'],
    ['a root itself', ''],
    ['outside by a symbolic link', 'link/inside'],
  ])('that is %s is INVALID_REQUEST', async (_, path) => {
    await mkdir(join(folder, 'broker/data'), { recursive: true });
    await mkdir(join(folder, 'elsewhere'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'broker/data/link'));
    await expect(make('r', path)).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining('"path"') });
  });

  it('that names a folder in or around another repository is INVALID_REQUEST', async () => {
    await make('one', 'a/b');
    await expect(make('two', 'a/b')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(make('two', 'a/b/parts/c')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    await expect(make('two', 'a')).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });
});
