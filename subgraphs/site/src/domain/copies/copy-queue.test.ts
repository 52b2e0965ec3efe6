import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, pairsManifest } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';
import { Turnstile } from '../../testing/turnstile.js';

let site: TestSite;
let appInstanceId: string;
/** Each chunk passes it before it is stored. */
const turnstile = new Turnstile();
const queuedDocument = '{ operations(filter: { phase: QUEUED }, orderBy: { field: CREATED_AT, direction: ASC }) { edges { node { id kind queue { position waitsFor { subjectId limit } } } } } }';

beforeAll(async () => {
  site = await TestSite.start({
    limits: { bulkOperations: 3, repositoryOperations: 1 },
    brokers: { copyRepository: createMemoryCopyRepositoryBroker({ beforeStore: () => turnstile.pass() }) },
  });
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'source', manifest: pairsManifest } });
  appInstanceId = payload.appInstance.id;
  const { appInstance } = await site.client.get('query ($id: ID!) { appInstance(id: $id) { entryPointUrl } }', { id: appInstanceId });
  await fetch(new URL('key', appInstance.entryPointUrl), { method: 'PUT', body: 'value'.repeat(100_000) });
});
afterEach(() => turnstile.open());
afterAll(() => site?.remove());

const begin = async () => (await site.client.get(createCopyDocument, { input: { appInstanceId } })).createCopy.operation.id as string;
const queued = async (): Promise<Loose[]> => (await site.client.get(queuedDocument)).operations.edges.map(({ node }: Loose) => node);

it('takes as many copies at once in a repository as it may, shows who waits for what, and goes on when there is a place', async () => {
  const repositoryId = (await site.client.get('{ copyRepositories { id } }')).copyRepositories[0].id as string;
  const waitsFor = [{ subjectId: repositoryId, limit: 1 }];
  turnstile.stopAfter(2);
  const first = await begin();
  await turnstile.stopped();
  const [second, third] = [await begin(), await begin()];
  await expect.poll(queued, { timeout: 60_000 }).toEqual([
    { id: second, kind: 'createCopy', queue: { position: 1, waitsFor } },
    { id: third, kind: 'createCopy', queue: { position: 2, waitsFor } },
  ]);
  // The application can be deployed all the same: it needs no repository.
  const other = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'other', manifest: pairsManifest } });
  expect(other.operation.outcome).toBe('SUCCEEDED');

  await site.client.get('mutation ($input: CancelOperationInput!) { cancelOperation(input: $input) { operation { id } } }', { input: { operationId: second } });
  expect(await site.client.ended(second)).toMatchObject({ outcome: 'CANCELLED' });
  for await (const { operationProgress } of site.client.subscribe('subscription ($id: ID) { operationProgress(operationId: $id) { phase queue { position waitsFor { subjectId limit } } } }', { id: third })) {
    if (operationProgress.queue?.position !== 1) continue;
    expect(operationProgress).toEqual({ phase: 'QUEUED', queue: { position: 1, waitsFor } });
    break;
  }
  turnstile.open();
  for (const id of [first, third]) expect(await site.client.ended(id)).toMatchObject({ outcome: 'SUCCEEDED' });
});

it('takes more, or fewer, at once in a repository as its limit is changed', async () => {
  const repositoryId = (await site.client.get('{ copyRepositories { id } }')).copyRepositories[0].id as string;
  const limitTo = (operations: number | null) =>
    site.client.get('mutation ($input: SetRepositoryLimitsInput!) { setRepositoryLimits(input: $input) { copyRepository { limits { operations } } } }', { input: { repositoryId, operations } });
  turnstile.stopAfter(2);
  const first = await begin();
  await turnstile.stopped();
  const second = await begin();
  await expect.poll(async () => (await queued()).map(({ id }) => id), { timeout: 60_000 }).toEqual([second]);
  await limitTo(2);
  await expect.poll(queued, { timeout: 60_000 }).toEqual([]);
  const third = await begin();
  await expect.poll(async () => (await queued()).map(({ id, queue }) => [id, queue?.waitsFor]), { timeout: 60_000 }).toEqual([[third, [{ subjectId: repositoryId, limit: 2 }]]]);
  turnstile.open();
  for (const id of [first, second, third]) expect(await site.client.ended(id)).toMatchObject({ outcome: 'SUCCEEDED' });
  expect((await limitTo(null)).setRepositoryLimits.copyRepository.limits).toEqual({ operations: 1 });
});
