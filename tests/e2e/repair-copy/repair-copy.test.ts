import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packsIn, type PackedChunk } from '@ocopea/repository-engine/testing';
import {
  AppInstanceDocument,
  AppInstancesDocument,
  CopiesDocument,
  CopyDocument,
  CopyRepositoriesDocument,
  CreateCopyDocument,
  OperationDocument,
  RepairCopyDocument,
  RestoreCopyAtDocument,
  SendCopyDocument,
  VerifyCopyDocument,
  type OcopeaClient,
} from '@ocopea/sdk';
import { Fabric, Guestbook, operationEnd, operationSuccess } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('a damaged copy', () => {
  let fabric: Fabric;
  let hub: OcopeaClient;
  let copyId: string;
  let sentId: string;
  let digest: object;

  beforeAll(async () => {
    fabric = await Fabric.start();
    hub = await fabric.hub();
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1 });
    const { id: appInstanceId, entryPointUrl } = appInstances!.edges[0]!.node;
    const guestbook = new Guestbook(entryPointUrl!);
    await guestbook.fill(20_000);
    digest = await guestbook.digest();
    const { createCopy } = await hub.request(CreateCopyDocument, { input: { appInstanceId } });
    await operationSuccess(hub, createCopy.operation.id);
    copyId = createCopy.copy!.id;
  });
  afterAll(async () => {
    await hub?.close();
    await fabric?.[Symbol.asyncDispose]();
  });

  const repair = async (id: string, fromCopyId?: string): Promise<string> => (await hub.request(RepairCopyDocument, { input: { copyId: id, fromCopyId } })).repairCopy.operation.id;
  const copiesAt = async (siteId: string): Promise<number> => (await hub.request(CopiesDocument, { first: 1, sites: [siteId] })).copies!.totalCount!;
  const chunksOf = async (siteId: string): Promise<readonly PackedChunk[]> => {
    const root = join(fabric.home, 'sites', siteId, 'copies', 'data');
    const [repository] = await readdir(root);
    return (await packsIn(join(root, repository!))).flatMap(({ chunks }) => chunks);
  };
  /** @returns bytes of what a copy there needs and cannot be read any more */
  const damage = async (siteId: string): Promise<number> => {
    const all = await chunksOf(siteId);
    // What was repaired is stored a second time, and the first one is not used any more.
    const chunks = all.filter(({ name }) => all.filter((other) => other.name === name).length === 1);
    const [largest, next] = chunks.toSorted((one, other) => other.bytes - one.bytes);
    for (const { path, offset, storedBytes } of [largest!, next!]) {
      const pack = await readFile(path);
      pack[offset + (storedBytes >> 1)]! ^= 4;
      await chmod(path, 0o600);
      await rm(path);
      await writeFile(path, pack, { mode: 0o400 });
    }
    return largest!.bytes + next!.bytes;
  };

  it('cannot be repaired while no other Site has it, and says so', async () => {
    await expect(hub.request(RepairCopyDocument, { input: { copyId } })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(hub.request(RepairCopyDocument, { input: { copyId, fromCopyId: copyId } })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('is repaired where it was taken, by no more than what is damaged, from the Site that it was sent to', async () => {
    const { copyRepositories } = await hub.request(CopyRepositoriesDocument, {});
    const { id: repositoryId } = copyRepositories!.find(({ site }) => site.id === 'us-west')!;
    const { sendCopy } = await hub.request(SendCopyDocument, { input: { copyId, repositoryId } });
    sentId = (await operationSuccess(hub, sendCopy.operation.id)).subjectId!;
    const damagedBytes = await damage('eu-central');
    const { verifyCopy } = await hub.request(VerifyCopyDocument, { input: { copyId } });
    expect(await operationEnd(hub, verifyCopy.operation.id)).toMatchObject({ outcome: 'FAILED', error: { code: 'CORRUPT_DATA' } });
    expect((await hub.request(CopyDocument, { id: copyId })).copy).toMatchObject({ usable: false });

    const operationId = await repair(copyId);
    expect(await operationSuccess(hub, operationId)).toMatchObject({ subjectId: copyId });
    expect((await hub.request(CopyDocument, { id: copyId })).copy).toMatchObject({ usable: true, error: null, verifications: ['INTACT', 'DAMAGED', 'DAMAGED', 'INTACT'].map((outcome) => ({ outcome })) });
    expect(await copiesAt('eu-central')).toBe(1);
    const { bytesSent } = (await hub.request(OperationDocument, { id: operationId })).operation!.progress;
    expect(Number(bytesSent)).toBeGreaterThan(0);
    expect(Number(bytesSent)).toBeLessThanOrEqual(damagedBytes);
  });

  it('is whole again: restored from what was repaired, it has every row', async () => {
    const { restoreCopyAt } = await hub.request(RestoreCopyAtDocument, { input: { copyId, siteId: 'eu-central', name: 'repaired' } });
    const { subjectId } = await operationSuccess(hub, restoreCopyAt.operation.id);
    const { appInstance } = await hub.request(AppInstanceDocument, { id: subjectId! });
    expect(await new Guestbook(appInstance!.entryPointUrl!).digest()).toEqual(digest);
  });

  it('is repaired where it was sent to as well', async () => {
    await damage('us-west');
    await operationSuccess(hub, await repair(sentId));
    expect((await hub.request(CopyDocument, { id: sentId })).copy).toMatchObject({ usable: true, verifications: [{ outcome: 'INTACT' }, { outcome: 'DAMAGED' }] });
    expect(await copiesAt('us-west')).toBe(1);
  });

  it('is left as it is when nothing is the matter with it', async () => {
    const operationId = await repair(copyId);
    await operationSuccess(hub, operationId);
    expect((await hub.request(OperationDocument, { id: operationId })).operation!.steps.map(({ name }) => name)).toEqual(['look at the copy', 'find the damage']);
  });

  it('is not repaired from a copy of another content, nor is anything sent', async () => {
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1 });
    await new Guestbook(appInstances!.edges[0]!.node.entryPointUrl!).fill(10);
    const { createCopy } = await hub.request(CreateCopyDocument, { input: { appInstanceId: appInstances!.edges[0]!.node.id } });
    await operationSuccess(hub, createCopy.operation.id);
    // Most of it is in the first copy too, so little would come back if either went.
    const [first, second] = await Promise.all([copyId, createCopy.copy!.id].map(async (id) => (await hub.request(CopyDocument, { id })).copy!));
    for (const { uniqueBytes } of [first!, second!]) {
      expect(Number(uniqueBytes)).toBeGreaterThan(0);
      expect(Number(uniqueBytes)).toBeLessThan(Number(first!.storedBytes) / 2);
    }
    await damage('us-west');
    const failed = await operationEnd(hub, await repair(sentId, createCopy.copy!.id));
    expect(failed).toMatchObject({ outcome: 'FAILED', error: { code: 'CONFLICT' } });
    expect(failed.error!.message).toContain('another content');
    expect(await copiesAt('us-west')).toBe(1);
  });
});
