import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CopyRepositoryBroker } from '@ocopea/broker-contract';
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCopyDocument, deleteCopyDocument, deployDocument, pairsManifest } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

const retryDocument = 'mutation ($input: RetryOperationInput!) { retryOperation(input: $input) { operation { id retryOf } } }';

let scratch: string;
let folder: string;
let site: TestSite;
let copyId: string;
/** Parts that were asked to be deleted, in order. */
const deleted: string[] = [];
/** Called before each deletion. */
let beforeDelete = async (): Promise<void> => undefined;

/** Two data services in a repository on a real disk. */
beforeAll(async () => {
  scratch = await mkdtemp(path.join(os.tmpdir(), 'ocopea-retry-'));
  folder = path.join(scratch, 'copies', 'data');
  const files = createFilesystemCopyRepositoryBroker({ directory: path.join(scratch, 'copies') });
  const copyRepository = new Proxy(files, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown;
      if (name !== 'deletePart') return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      return async (...[key, options]: Parameters<CopyRepositoryBroker['deletePart']>) => {
        deleted.push(key.partId);
        await beforeDelete();
        return target.deletePart(key, options);
      };
    },
  });
  site = await TestSite.start({ brokers: { copyRepository } });
  const [web] = pairsManifest.appServices;
  const manifest = {
    dataServices: ['db', 'cache'].map((name) => ({ name, protocol: 'memory' })),
    appServices: [web, { ...web, name: 'web-2', entryPoint: false, environment: [{ name: 'DB_URI', value: '${cache.uri}' }] }],
  };
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'two', manifest } });
  const created = await site.client.run(createCopyDocument, { input: { appInstanceId: payload.appInstance.id } });
  expect(created.operation.outcome).toBe('SUCCEEDED');
  copyId = created.payload.copy.id;
  deleted.length = 0;
});
afterAll(async () => {
  await site?.remove();
  await rm(scratch, { recursive: true, force: true });
});

it('of a deletion that the disk has stopped in the middle does the rest, and what was done not again', async () => {
  const { parts } = (await site.client.get('query ($id: ID!) { copy(id: $id) { parts { id dataService } } }', { id: copyId })).copy;
  const [db, cache] = parts.map(({ id }: Loose) => id as string);
  // The disk of the repository goes away after the first part.
  beforeDelete = async () => {
    if (new Set(deleted).size < 2) return;
    beforeDelete = async () => undefined;
    await rename(folder, `${folder}.away`);
    await writeFile(folder, 'no folder');
  };
  const first = await site.client.run(deleteCopyDocument, { input: { copyId } });
  expect(first.operation).toMatchObject({ outcome: 'FAILED', steps: [{ phase: 'DONE' }, { name: 'remove part db', phase: 'DONE' }, { name: 'remove part cache', phase: 'FAILED' }] });
  expect((await site.client.get('query ($id: ID!) { copy(id: $id) { usable error { message } } }', { id: copyId })).copy).toMatchObject({ usable: false, error: { message: expect.stringContaining('it was not wholly deleted') as string } });
  expect([...new Set(deleted.splice(0))]).toEqual([db, cache]);

  await rm(folder);
  await rename(`${folder}.away`, folder);
  const second = await site.client.run(retryDocument, { input: { operationId: first.payload.operation.id, from: 'FAILED_STEP' } });
  expect(second.payload.operation).toMatchObject({ retryOf: first.payload.operation.id });
  expect(second.operation).toMatchObject({ outcome: 'SUCCEEDED', steps: [{ phase: 'KEPT' }, { name: 'remove part db', phase: 'KEPT' }, { name: 'remove part cache', phase: 'DONE' }] });
  expect(deleted).toEqual([cache]);
  expect((await site.client.get('query ($id: ID!) { copy(id: $id) { id } }', { id: copyId })).copy).toBeNull();
});

it('of a copy is refused from the failed step, since all of it is undone, and does it from the start, with nothing left of the first', async () => {
  const { appInstances } = await site.client.get('{ appInstances(first: 1) { edges { node { id } } } }');
  await rename(folder, `${folder}.away`);
  await writeFile(folder, 'no folder');
  const failed = await site.client.run(createCopyDocument, { input: { appInstanceId: appInstances.edges[0].node.id } });
  expect(failed.operation).toMatchObject({ outcome: 'FAILED', error: { code: 'UNAVAILABLE' }, warnings: [expect.stringContaining('what it made is still there')] });
  await rm(folder);
  await rename(`${folder}.away`, folder);
  const operationId = failed.payload.operation.id;
  expect(await site.client.refusal(retryDocument, { input: { operationId, from: 'FAILED_STEP' } })).toMatchObject({ code: 'OPERATION_NOT_RESUMABLE' });
  const again = await site.client.run(retryDocument, { input: { operationId } });
  expect(again.operation).toMatchObject({ outcome: 'SUCCEEDED', warnings: [], subjectId: failed.payload.copy.id });
  // Nothing stays of what the disk kept from being undone.
  const { copy } = await site.client.get('query ($id: ID!) { copy(id: $id) { usable parts { id } } }', { id: failed.payload.copy.id });
  const stored = await site.brokers.copyRepository.listParts((await site.brokers.copyRepository.listRepositories())[0]!);
  expect(copy).toEqual({ usable: true, parts: stored.items.map(({ partId }) => ({ id: partId })) });
});
