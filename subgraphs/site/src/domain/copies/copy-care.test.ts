import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCopyDocument, deleteCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;

beforeAll(async () => {
  site = await TestSite.start({ limits: { tidyIntervalMs: 100 } });
});
afterAll(() => site?.remove());

async function deploy(name: string): Promise<string> {
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name, manifest: pairsManifest } });
  return payload.appInstance.id;
}
async function take(appInstanceId: string): Promise<string> {
  return (await site.client.run(createCopyDocument, { input: { appInstanceId } })).payload.copy.id;
}
const careDocument = `query ($id: ID!) { copy(id: $id) {
  usable verifiedAt expiresAt expiryHeldBy error { code } lineage { dependents { id name } }
  verifications { operationId method outcome bytesRead hash problem startedAt finishedAt cause { kind name } } bytes parts { id hash }
} }`;
const read = async (id: string) => (await site.client.get(careDocument, { id })).copy;
const verify = (copyId: string, input: object = {}) => site.client.run('mutation ($input: VerifyCopyInput!) { verifyCopy(input: $input) { operation { id } } }', { input: { copyId, ...input } });

/** The first event of a kind about a copy, also one from before. */
async function event(kind: string, id: string): Promise<string> {
  const start = Buffer.from(JSON.stringify([1, 'journal', 0])).toString('base64url');
  for await (const { events } of site.client.subscribe('subscription ($after: String) { events(after: $after) { kind subjectId message } }', { after: start })) {
    if (events.kind === kind && events.subjectId === id) return events.message;
  }
  throw new Error('the events ended');
}

describe('the evidence of a copy', () => {
  let id: string;
  beforeAll(async () => {
    id = await take(await deploy('proven'));
  });

  it('begins with its making', async () => {
    const { verifications, bytes, verifiedAt } = await read(id);
    expect(verifications).toMatchObject([{ method: 'FULL', outcome: 'INTACT', bytesRead: bytes, problem: null, hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string, cause: { kind: 'USER' } }]);
    expect(Math.abs(Date.parse(verifications[0].finishedAt) - Date.parse(verifiedAt))).toBeLessThan(60_000);
  });

  it('grows with a sample, which does not make it verified anew', async () => {
    const before = await read(id);
    const { operation } = await verify(id, { method: 'SAMPLED', samplePercent: 50 });
    expect(operation.outcome).toBe('SUCCEEDED');
    const after = await read(id);
    expect(after.verifiedAt).toBe(before.verifiedAt);
    expect(after.verifications[0]).toMatchObject({ operationId: operation.id, method: 'SAMPLED', outcome: 'INTACT', hash: before.verifications[0].hash });
    expect(after.verifications[0].bytesRead).toBeGreaterThan(0);
    expect(await site.client.refusal('mutation ($input: VerifyCopyInput!) { verifyCopy(input: $input) { operation { id } } }', { input: { copyId: id, method: 'SAMPLED', samplePercent: 51 } })).toMatchObject({ code: 'BAD_INPUT' });
  });

  it.each(['FULL', 'SAMPLED'] as const)('says what is damaged after a look that is %s, and the copy is not usable any more', async (method) => {
    const damaged = await take(await deploy(`damaged-${method.toLowerCase()}`));
    const [repositoryId] = await site.brokers.copyRepository.listRepositories();
    const { parts } = await read(damaged);
    await site.brokers.copyRepository.deletePart({ repositoryId: repositoryId!, partId: parts[0].id });
    expect((await verify(damaged, { method })).operation.outcome).toBe('FAILED');
    const found = await read(damaged);
    expect(found).toMatchObject({ usable: false, verifiedAt: null, error: { code: 'CORRUPT_DATA' }, verifications: [{ method, outcome: 'DAMAGED', hash: null }, { outcome: 'INTACT' }] });
    expect(await event('copy.damaged', damaged)).toContain(`cannot be used any more: ${found.verifications[0].problem}`);
  });
});

describe('a copy that something depends on', () => {
  it('is not deleted until that has a copy of its own, unless it is asked for so', async () => {
    const id = await take(await deploy('origin'));
    const { payload } = await site.client.run(restoreCopyDocument, { input: { copyId: id, name: 'offspring' } });
    const offspring = payload.appInstance.id;
    expect((await read(id)).lineage.dependents).toEqual([{ id: offspring, name: 'offspring' }]);
    const { code, message } = await site.client.refusal(deleteCopyDocument, { input: { copyId: id } });
    expect(code).toBe('COPY_DEPENDED_ON');
    expect(message).toContain(`"offspring" (${offspring})`);
    expect(await read(id)).toMatchObject({ usable: true });
    await take(offspring);
    expect((await read(id)).lineage.dependents).toEqual([]);
    expect((await site.client.run(deleteCopyDocument, { input: { copyId: id } })).operation.outcome).toBe('SUCCEEDED');
  });
});

describe('a copy whose time is over', () => {
  const updateDocument = 'mutation ($input: UpdateCopyInput!) { updateCopy(input: $input) { copy { expiresAt expiryHeldBy } } }';
  const expire = (...ids: string[]) => site.rows('UPDATE copies SET expires_at = $2 WHERE id = ANY($1)', [ids, '2020-01-01']);

  it('goes, and the last verified one of its application stays and says why', async () => {
    const app = await deploy('aging');
    const [first, second] = [await take(app), await take(app)];
    await expire(first, second);
    expect(await event('copy.expired', first)).toBe('the time of a copy of "aging" is over; it is being deleted');
    expect(await event('copy.expiryHeld', second)).toContain('it stays: it is the last verified, usable copy of its application');
    expect((await read(second)).expiryHeldBy).toBe('it is the last verified, usable copy of its application');
    // A later one takes its place as the last.
    await take(app);
    await event('copy.expired', second);
  });

  it('stays while something depends on it', async () => {
    const app = await deploy('needed');
    const [needed] = [await take(app), await take(app)];
    const { payload } = await site.client.run(restoreCopyDocument, { input: { copyId: needed, name: 'needy' } });
    await expire(needed);
    expect(await event('copy.expiryHeld', needed)).toContain('has no usable copy of its own');
    await take(payload.appInstance.id);
    await event('copy.expired', needed);
  });

  it('gets another time, or none, and is not held any more', async () => {
    const id = await take(await deploy('spared'));
    await expire(id);
    await event('copy.expiryHeld', id);
    const { updateCopy } = await site.client.get(updateDocument, { input: { copyId: id, expiresAt: '2999-01-01T00:00:00.000Z' } });
    expect(updateCopy.copy).toEqual({ expiresAt: '2999-01-01T00:00:00.000Z', expiryHeldBy: null });
    expect((await site.client.get(updateDocument, { input: { copyId: id, expiresAt: null } })).updateCopy.copy.expiresAt).toBeNull();
    expect(await site.client.refusal(updateDocument, { input: { copyId: id, expiresAt: '2020-01-01T00:00:00.000Z' } })).toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('copyHistory', () => {
  const document = `query ($interval: CopyHistoryInterval!, $from: DateTime, $to: DateTime, $app: String, $byApplication: Boolean!) {
    copyHistory(interval: $interval, from: $from, to: $to, appInstanceName: $app, byApplication: $byApplication) { site { id } start appInstanceName copies failed cancelled bytes storedBytes }
  }`;

  it('counts what was taken, interval by interval, those that are gone included', async () => {
    const app = await deploy('counted');
    const id = await take(app);
    const { bytes } = await read(id);
    await take(app);
    await site.client.run(deleteCopyDocument, { input: { copyId: id } });
    await site.rows(`UPDATE copy_history SET at = '2025-03-31T23:59:59.999Z' WHERE copy_id = $1`, [id]);
    await site.rows(`INSERT INTO copy_history (copy_id, app_instance_name, at, outcome, bytes, stored_bytes) VALUES ('a', 'counted', '2025-03-31T00:00:00Z', 'FAILED', 5, 5), ('b', 'other', '2025-04-01T00:00:00Z', 'CANCELLED', 0, 0)`);
    const range = { from: '2025-01-01T00:00:00.000Z', to: '2025-05-01T00:00:00.000Z' };
    const history = async (interval: string, more: object = {}): Promise<Loose[]> => (await site.client.get(document, { interval, byApplication: false, ...range, ...more })).copyHistory;
    expect(await history('MONTH')).toMatchObject([
      { site: { id: site.siteId }, start: '2025-03-01T00:00:00.000Z', appInstanceName: null, copies: 1, failed: 1, cancelled: 0, bytes },
      { start: '2025-04-01T00:00:00.000Z', copies: 0, failed: 0, cancelled: 1, bytes: 0 },
    ]);
    expect((await history('WEEK')).map(({ start }) => start)).toEqual(['2025-03-31T00:00:00.000Z']);
    expect((await history('HOUR', { from: '2025-03-30T00:00:00.000Z' })).map(({ start, copies }) => [start, copies])).toEqual([['2025-03-31T00:00:00.000Z', 0], ['2025-03-31T23:00:00.000Z', 1], ['2025-04-01T00:00:00.000Z', 0]]);
    expect((await history('WEEK', { byApplication: true })).map(({ appInstanceName }) => appInstanceName)).toEqual(['counted', 'other']);
    expect(await history('DAY', { app: 'other' })).toMatchObject([{ start: '2025-04-01T00:00:00.000Z', cancelled: 1 }]);
    expect(await site.client.refusal(document, { interval: 'HOUR', byApplication: false, from: '2020-01-01T00:00:00.000Z' })).toMatchObject({ code: 'BAD_INPUT' });
  });
});
