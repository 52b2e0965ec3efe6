import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';
import { Turnstile } from '../../testing/turnstile.js';

const figures = 'bytesDone bytesTotal itemsDone itemsTotal bytesRead bytesNew bytesStored bytesVerified bytesSent';
const progressDocument = `subscription ($copyId: ID) { copyProgress(copyId: $copyId) {
  phase progress { ${figures} } parts { name progress { ${figures} } }
} }`;
const operationDocument = `query ($id: ID!) { operation(id: $id) {
  progress { ${figures} } parts { name progress { ${figures} } } steps { name progress { bytesDone } parts { name progress { bytesDone } } }
} }`;
const neverFall = ['bytesDone', 'itemsDone', 'bytesRead', 'bytesNew', 'bytesStored', 'bytesVerified'] as const;

let site: TestSite;
let appInstanceId: string;
/** Each chunk of 64 KiB passes it before it is stored. */
const turnstile = new Turnstile();

/** An application with two data services, of which one holds much and the other little. */
beforeAll(async () => {
  site = await TestSite.start({ brokers: { copyRepository: createMemoryCopyRepositoryBroker({ beforeStore: () => turnstile.pass() }) } });
  const [web] = pairsManifest.appServices;
  const manifest = {
    dataServices: ['db', 'cache'].map((name) => ({ name, protocol: 'memory' })),
    appServices: [
      { ...web, entryPoint: true },
      { ...web, name: 'web-2', entryPoint: false, environment: [{ name: 'DB_URI', value: '${cache.uri}' }] },
    ],
  };
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'two', manifest } });
  appInstanceId = payload.appInstance.id;
  const { appInstance } = await site.client.get('query ($id: ID!) { appInstance(id: $id) { appServices { name entryPointUrl } entryPointUrl } }', { id: appInstanceId });
  for (let i = 0; i < 20; i++) await fetch(new URL(`key-${i}`, appInstance.entryPointUrl), { method: 'PUT', body: `${i}`.repeat(100_000).slice(0, 100_000) });
});
afterEach(() => turnstile.open());
afterAll(() => site?.remove());

async function watch(copyId: string, onFirst: () => void = () => undefined): Promise<Loose[]> {
  const events: Loose[] = [];
  for await (const { copyProgress } of site.client.subscribe(progressDocument, { copyId })) {
    events.push(copyProgress);
    if (events.length === 1) onFirst();
    if (copyProgress.phase === 'DONE') return events;
  }
  return events;
}

const begin = async () => (await site.client.get(createCopyDocument, { input: { appInstanceId } })).createCopy as { operation: { id: string }; copy: { id: string } };

it('tells of each data service what was read, is new, was stored and verified, and rolls it up', async () => {
  turnstile.stopAfter(3);
  const { copy, operation } = await begin();
  const events = await watch(copy.id, () => turnstile.open());
  for (const { progress, parts } of events) {
    if (parts.length === 0) continue;
    expect(parts.map(({ name }: Loose) => name)).toEqual(['db', 'cache']);
    const sum = parts.reduce((total: number, part: Loose) => total + part.progress.bytesDone, 0);
    expect(progress.bytesDone).toBe(sum);
  }
  for (const name of neverFall) {
    for (const of of [(event: Loose) => event.progress, (event: Loose) => event.parts[0]?.progress, (event: Loose) => event.parts[1]?.progress]) {
      const values = events.flatMap((event) => of(event)?.[name] ?? []);
      expect(values, name).toEqual([...values].sort((a, b) => a - b));
    }
  }
  const { parts } = (await site.client.get('query ($id: ID!) { copy(id: $id) { parts { dataService logicalBytes storedBytes } } }', { id: copy.id })).copy;
  const last = events.at(-1);
  expect(last.parts).toEqual(
    parts.map(({ dataService, logicalBytes, storedBytes }: Loose) => ({
      name: dataService,
      progress: {
        bytesDone: 2 * logicalBytes,
        bytesTotal: 2 * logicalBytes,
        itemsDone: 2,
        itemsTotal: 2,
        bytesRead: logicalBytes,
        bytesNew: storedBytes,
        bytesStored: storedBytes,
        bytesVerified: logicalBytes,
        bytesSent: null,
      },
    })),
  );
  expect(last.progress).toMatchObject({ itemsDone: 4, itemsTotal: 4, bytesSent: null });
  const { operation: row } = await site.client.get(operationDocument, { id: operation.id });
  expect(row.parts).toEqual(last.parts);
  const copying = row.steps.find(({ name }: Loose) => name.startsWith('copy data services'));
  expect(copying.parts.map(({ name }: Loose) => name).toSorted()).toEqual(['cache', 'db']);
  expect(copying.progress.bytesDone).toBe(last.progress.bytesRead);
});

it('says of a second copy of the same data that little of what was read is new', async () => {
  const { copy } = await begin();
  const { progress } = (await watch(copy.id)).at(-1);
  expect(progress.bytesRead).toBeGreaterThan(2_000_000);
  expect(progress.bytesNew).toBeLessThan(0.1 * progress.bytesRead);
});

it('lets no figure fall when the Site is stopped in the middle and begins the step again', async () => {
  turnstile.stopAfter(12);
  const { copy, operation } = await begin();
  await turnstile.stopped();
  const read = async () => (await site.client.get(operationDocument, { id: operation.id })).operation;
  await expect.poll(async () => (await read()).progress.bytesRead, { timeout: 60_000 }).toBeGreaterThan(0);
  const before = await read();
  const stopped = site.stop();
  turnstile.open();
  await stopped;
  await site.startAgain();
  const events = [before, ...(await watch(copy.id))];
  for (const name of neverFall) {
    const values = events.map(({ progress }) => progress[name] ?? 0);
    expect(values, name).toEqual([...values].sort((a, b) => a - b));
  }
  const { progress, parts } = events.at(-1);
  expect(progress.bytesDone).toBe(progress.bytesTotal);
  expect(parts).toHaveLength(2);
});

it('counts what is read for each data service that is restored', async () => {
  const { copy } = await begin();
  await watch(copy.id);
  const { operation } = await site.client.run(restoreCopyDocument, { input: { copyId: copy.id, name: 'restored' } });
  const { operation: row } = await site.client.get(operationDocument, { id: operation.id });
  const { parts } = (await site.client.get('query ($id: ID!) { copy(id: $id) { parts { dataService logicalBytes } } }', { id: copy.id })).copy;
  expect(row.parts.map(({ name, progress }: Loose) => [name, progress.bytesDone, progress.bytesRead, progress.itemsDone])).toEqual(
    parts.map(({ dataService, logicalBytes }: Loose) => [dataService, logicalBytes, logicalBytes, 1]),
  );
});
