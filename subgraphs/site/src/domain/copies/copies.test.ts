import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDocument, copyDocument, createCopyDocument, deleteCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';
import { Turnstile } from '../../testing/turnstile.js';

let site: TestSite;
let appInstanceId: string;
/** Each chunk of 64 KiB passes it before it is stored. */
const turnstile = new Turnstile();

beforeAll(async () => {
  const copyRepository = createMemoryCopyRepositoryBroker({ beforeStore: () => turnstile.pass() });
  site = await TestSite.start({ brokers: { copyRepository } });
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'source', manifest: pairsManifest } });
  appInstanceId = payload.appInstance.id;
  const { appInstance } = await site.client.get(appDocument, { id: appInstanceId });
  for (let i = 0; i < 20; i++) await fetch(new URL(`key-${i}`, appInstance.entryPointUrl), { method: 'PUT', body: `${i}`.repeat(100_000).slice(0, 100_000) });
});
afterAll(() => site?.remove());

const begin = async () => (await site.client.get(createCopyDocument, { input: { appInstanceId } })).createCopy as { operation: { id: string }; copy: { id: string } };
const read = async (id: string) => (await site.client.get(copyDocument, { id })).copy;
const take = async () => {
  const { payload } = await site.client.run(createCopyDocument, { input: { appInstanceId } });
  return payload.copy.id as string;
};
const repositoryId = async () => (await site.brokers.copyRepository.listRepositories())[0]!;
const storedParts = async () => (await site.brokers.copyRepository.listParts(await repositoryId())).items.map(({ partId }) => partId);
const cancelDocument = 'mutation ($input: CancelOperationInput!) { cancelOperation(input: $input) { operation { id } } }';
const progressDocument = `subscription ($copyId: ID, $after: String) { copyProgress(copyId: $copyId, after: $after) {
  cursor phase outcome verified snapshot progress { bytesDone bytesTotal } copy { id usable } operation { id kind }
} }`;

describe('createCopy', () => {
  it('shows every step of the way, to the end of verification, to who watches and to who comes back', async () => {
    turnstile.stopAfter(5);
    const { copy, operation } = await begin();
    const events: Loose[] = [];
    for await (const { copyProgress } of site.client.subscribe(progressDocument, { copyId: copy.id })) {
      events.push(copyProgress);
      if (events.length === 1) turnstile.open();
      if (copyProgress.phase === 'DONE') break;
    }
    expect(events[0]).toMatchObject({ snapshot: true, copy: { id: copy.id, usable: false }, operation: { id: operation.id, kind: 'createCopy' } });
    expect(events.length).toBeGreaterThanOrEqual(4);
    const bytes = events.map(({ progress }) => progress.bytesDone);
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    const { bytes: logicalBytes } = await read(copy.id);
    expect(logicalBytes).toBeGreaterThan(2_000_000);
    expect(events.at(-1)).toMatchObject({
      phase: 'DONE',
      outcome: 'SUCCEEDED',
      verified: true,
      snapshot: false,
      copy: { usable: true },
      progress: { bytesDone: 2 * logicalBytes, bytesTotal: 2 * logicalBytes },
    });

    // Who comes back with a cursor gets what came after it, each once.
    const again: string[] = [];
    for await (const { copyProgress } of site.client.subscribe(progressDocument, { copyId: copy.id, after: events[1].cursor })) {
      again.push(copyProgress.cursor);
      if (copyProgress.phase === 'DONE') break;
    }
    expect(again).toEqual(events.slice(2).map(({ cursor }) => cursor));

    // Who comes late gets the end at once.
    for await (const { copyProgress } of site.client.subscribe(progressDocument, { copyId: copy.id })) {
      expect(copyProgress).toMatchObject({ snapshot: true, phase: 'DONE', outcome: 'SUCCEEDED', verified: true });
      break;
    }
  });

  it('leaves nothing when it is cancelled', async () => {
    const before = await storedParts();
    turnstile.stopAfter(10);
    const { copy, operation } = await begin();
    await turnstile.stopped();
    await site.client.get(cancelDocument, { input: { operationId: operation.id } });
    turnstile.open();
    expect(await site.client.ended(operation.id)).toMatchObject({ outcome: 'CANCELLED', warnings: [] });
    expect(await read(copy.id)).toMatchObject({ phase: 'DONE', outcome: 'CANCELLED', usable: false, parts: [], error: { code: 'CANCELLED' } });
    expect(await storedParts()).toEqual(before);
  });

  it('goes on where its Site was stopped', async () => {
    turnstile.stopAfter(10);
    const { copy, operation } = await begin();
    await turnstile.stopped();
    const stopped = site.stop();
    turnstile.open();
    await stopped;
    await site.startAgain();
    expect(await site.client.ended(operation.id)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await read(copy.id)).toMatchObject({ usable: true, outcome: 'SUCCEEDED' });
  });

  it('holds off whoever would change the application meanwhile, and lets others copy it', async () => {
    turnstile.stopAfter(5);
    const first = await begin();
    await turnstile.stopped();
    const refusal = await site.client.refusal('mutation ($input: DeleteAppInput!) { deleteApp(input: $input) { operation { id } } }', { input: { appInstanceId } });
    expect(refusal).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(first.operation.id) as string });
    const second = await begin();
    turnstile.open();
    for (const { operation } of [first, second]) expect((await site.client.ended(operation.id)).outcome).toBe('SUCCEEDED');
  });

  it('reaches APPLICATION by holding the writes of data services where app services cannot be paused', async () => {
    const { payload, operation } = await site.client.run(createCopyDocument, { input: { appInstanceId, consistency: 'APPLICATION' } });
    expect(operation).toMatchObject({ outcome: 'SUCCEEDED', warnings: [] });
    expect(await read(payload.copy.id)).toMatchObject({ consistency: 'APPLICATION', usable: true, outcome: 'SUCCEEDED' });
  });
});

describe('a copy', () => {
  it('is refused for restoring once a part of it is found damaged', async () => {
    const id = await take();
    const { items } = await site.brokers.copyRepository.listParts(await repositoryId());
    const [part] = (await site.client.get('query ($id: ID!) { copy(id: $id) { parts { id } } }', { id })).copy.parts;
    expect(items.map(({ partId }) => partId)).toContain(part.id);
    await site.brokers.copyRepository.deletePart({ repositoryId: await repositoryId(), partId: part.id });
    const { operation } = await site.client.run('mutation ($input: VerifyCopyInput!) { verifyCopy(input: $input) { operation { id } } }', { input: { copyId: id } });
    expect(operation.outcome).toBe('FAILED');
    expect(await read(id)).toMatchObject({ usable: false, verifiedAt: null, error: { code: 'CORRUPT_DATA' } });
    expect(await site.client.refusal(restoreCopyDocument, { input: { copyId: id, name: 'from-damaged' } })).toMatchObject({ code: 'COPY_NOT_USABLE' });
  });

  it('is verified again with a new time', async () => {
    const id = await take();
    const { verifiedAt } = await read(id);
    await site.client.run('mutation ($input: VerifyCopyInput!) { verifyCopy(input: $input) { operation { id } } }', { input: { copyId: id } });
    expect(Date.parse((await read(id)).verifiedAt)).toBeGreaterThan(Date.parse(verifiedAt));
  });

  it('that was deleted is missing from the events of its making, which can still be followed', async () => {
    const { events } = await site.client.get('{ events(first: 1) { edges { node { cursor } } } }');
    const id = await take();
    await site.client.run(deleteCopyDocument, { input: { copyId: id } });
    for await (const { copyProgress } of site.client.subscribe(progressDocument, { after: events.edges[0].node.cursor })) {
      expect(copyProgress).toMatchObject({ copy: null, operation: { kind: 'createCopy' } });
      if (copyProgress.phase === 'DONE') break;
    }
  });

  it('that is deleted takes its parts along, and not what was restored from it', async () => {
    const id = await take();
    const [part] = (await site.client.get('query ($id: ID!) { copy(id: $id) { parts { id } } }', { id })).copy.parts;
    const restored = await site.client.run(restoreCopyDocument, { input: { copyId: id, name: 'restored' } });
    const appId = restored.payload.appInstance.id;
    expect((await read(id)).lineage.restoredAppInstanceIds).toEqual([appId]);
    expect(await storedParts()).toContain(part.id);
    const { operation } = await site.client.run(deleteCopyDocument, { input: { copyId: id, evenIfDependedOn: true } });
    expect(operation.outcome).toBe('SUCCEEDED');
    expect(await read(id)).toBeNull();
    expect(await storedParts()).not.toContain(part.id);
    const { appInstance } = await site.client.get('query ($id: ID!) { appInstance(id: $id) { phase restoredFromCopyId restoredFrom { id } } }', { id: appId });
    expect(appInstance).toEqual({ phase: 'RUNNING', restoredFromCopyId: id, restoredFrom: null });
  });
});
