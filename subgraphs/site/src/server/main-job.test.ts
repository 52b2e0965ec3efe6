import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDocument, copyDocument, createCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../testing/documents.js';
import { TestSite } from '../testing/test-site.js';

let site: TestSite;

beforeAll(async () => {
  site = await TestSite.start();
});
afterAll(() => site.remove());

describe('a Site', () => {
  it('deploys an application, copies it and brings the copy up with the same data', async () => {
    const { client } = site;
    const deployed = await client.run(deployDocument, { input: { siteId: site.siteId, name: 'first', manifest: pairsManifest } });
    expect(deployed.operation).toMatchObject({ outcome: 'SUCCEEDED', error: null });
    const { appInstance } = await client.get(appDocument, { id: deployed.payload.appInstance.id });
    expect(appInstance).toMatchObject({ name: 'first', phase: 'RUNNING' });
    for (let i = 0; i < 20; i++) await fetch(new URL(`key-${i}`, appInstance.entryPointUrl), { method: 'PUT', body: 'x'.repeat(20_000) });
    const digest = await (await fetch(new URL('digest', appInstance.entryPointUrl))).text();

    const copied = await client.run(createCopyDocument, { input: { appInstanceId: appInstance.id } });
    expect(copied.operation).toMatchObject({ outcome: 'SUCCEEDED', error: null });
    const { copy } = await client.get(copyDocument, { id: copied.payload.copy.id });
    expect(copy).toMatchObject({ usable: true, outcome: 'SUCCEEDED', consistency: 'CRASH' });

    const restored = await client.run(restoreCopyDocument, { input: { copyId: copy.id, name: 'second' } });
    expect(restored.operation).toMatchObject({ outcome: 'SUCCEEDED', error: null });
    const second = await client.get(appDocument, { id: restored.payload.appInstance.id });
    expect(await (await fetch(new URL('digest', second.appInstance.entryPointUrl))).text()).toBe(digest);
  });
});
