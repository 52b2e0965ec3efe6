import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppInstanceDocument, CopyDocument, CreateCopyDocument, DeleteAppDocument, DeployAppDocument, RestoreCopyAtDocument, type OcopeaClient } from '@ocopea/sdk';
import { environmentBehind, Fabric, operationSuccess } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseContent, fillDatabase, fillFolder, numbersOf } from './odd-content.js';
import { treeListing } from './tree-listing.js';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));
const artifacts = fileURLToPath(new URL('artifacts', import.meta.url));

/** Two databases of one broker and a folder of another, and who writes to all three. */
const manifest = {
  dataServices: [
    { name: 'left', protocol: 'postgresql' },
    { name: 'right', protocol: 'postgresql' },
    { name: 'files', protocol: 'volume' },
  ],
  appServices: [
    {
      name: 'ledger',
      artifact: { type: 'directory', name: 'ledger', version: '1.0.0' },
      environment: [
        { name: 'LEFT_URL', value: '${left.uri}' },
        { name: 'RIGHT_URL', value: '${right.uri}' },
        { name: 'FILES', value: '${files.path}' },
      ],
      ports: [{ name: 'web', protocol: 'HTTP' as const }],
      healthCheck: { port: 'web', path: '/', intervalMs: 100 },
      entryPoint: true,
    },
  ],
};

interface Ledger {
  readonly id: string;
  readonly url: string;
  readonly left: string;
  readonly right: string;
  readonly files: string;
}

describe('an application with two databases and a folder', () => {
  let fabric: Fabric;
  let hub: OcopeaClient;
  let source: Ledger;
  let copyId: string;
  let restored: Ledger;
  let writtenBefore: number;
  let content: object;
  let listing: string;

  const ledger = async (id: string): Promise<Ledger> => {
    const { appInstance } = await hub.request(AppInstanceDocument, { id });
    const url = appInstance!.entryPointUrl!;
    const { LEFT_URL, RIGHT_URL, FILES } = await environmentBehind(url, 'LEFT_URL');
    return { id, url, left: LEFT_URL!, right: RIGHT_URL!, files: FILES! };
  };
  const written = async () => Number(await (await fetch(source.url)).text());

  beforeAll(async () => {
    fabric = await Fabric.start({ environment: { OCOPEA_ARTIFACTS: [examples, artifacts].join(delimiter) } });
    hub = await fabric.hub();
    const { deployApp } = await hub.request(DeployAppDocument, { input: { siteId: 'eu-central', name: 'ledger', manifest } });
    source = await ledger((await operationSuccess(hub, deployApp.operation.id)).subjectId!);
    await fillDatabase(source.left);
    await fillFolder(source.files);
    content = await databaseContent(source.left);
    listing = await treeListing(join(source.files, 'odd'));
    await fetch(new URL('/start', source.url), { method: 'POST' });
  });

  afterAll(async () => {
    await hub?.close();
    await fabric?.[Symbol.asyncDispose]();
  });

  it('is copied at one moment while it writes', async () => {
    writtenBefore = await written();
    const { createCopy } = await hub.request(CreateCopyDocument, { input: { appInstanceId: source.id, consistency: 'APPLICATION' } });
    copyId = createCopy.copy!.id;
    await operationSuccess(hub, createCopy.operation.id);
    const { copy } = await hub.request(CopyDocument, { id: copyId });
    expect(copy).toMatchObject({ usable: true, consistency: 'APPLICATION', outcome: 'SUCCEEDED', parts: [{ dataService: 'left' }, { dataService: 'right' }, { dataService: 'files', format: 'tree/1' }] });
    // It was held for a moment only, and goes on.
    const after = await written();
    await expect.poll(written, { timeout: 10_000 }).toBeGreaterThan(after);
  });

  it('is destroyed and restored at another Site, at that moment: no number without every earlier one', async () => {
    const { deleteApp } = await hub.request(DeleteAppDocument, { input: { appInstanceId: source.id } });
    await operationSuccess(hub, deleteApp.operation.id);
    const { restoreCopyAt } = await hub.request(RestoreCopyAtDocument, { input: { copyId, siteId: 'us-west', name: 'ledger-in-oregon' } });
    restored = await ledger((await operationSuccess(hub, restoreCopyAt.operation.id)).subjectId!);

    const files = await readdir(join(restored.files, 'numbers'));
    const stored = (await Promise.all(files.map((name) => readFile(join(restored.files, 'numbers', name), 'utf8')))).flatMap((text) => text.trim().split('\n').map(Number));
    const places = [stored, await numbersOf(restored.left), await numbersOf(restored.right)];
    const numbers = new Set(places.flat());
    const last = Math.max(...numbers);
    expect(Array.from({ length: last }, (_, index) => index + 1).filter((number) => !numbers.has(number))).toEqual([]);
    expect(last).toBeGreaterThan(writtenBefore);
    for (const place of places) expect(place.length).toBeGreaterThan(last / 3 - 2);
  });

  it('has everything else as it was', async () => {
    expect(await databaseContent(restored.left)).toEqual(content);
    expect(await treeListing(join(restored.files, 'odd'))).toBe(listing);
    expect((await stat(join(restored.files, 'odd/sparse'))).blocks).toBeLessThan(100);
  });
});
