import { newId, noCommonFormat } from '@ocopea/graph';
import type { OperationRecord } from '@ocopea/operations';
import { startScratchServer, type ScratchServer } from '@ocopea/operations/testing';
import { siteSchema } from '@ocopea/site';
import { printSchema } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StandInSite, TestHub } from '../../testing/index.js';

const schemaText = printSchema(siteSchema().schema);
const restore = 'mutation ($input: RestoreCopyAtInput!) { restoreCopyAt(input: $input) { operation { id } } }';
const send = 'mutation ($input: SendCopyInput!) { sendCopy(input: $input) { operation { id } } }';

let server: ScratchServer;
let hub: TestHub;
let eu: StandInSite;
let us: StandInSite;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  hub = await TestHub.open(await server.database());
  [eu, us] = await Promise.all(['eu', 'us'].map((id) => new StandInSite({ id, schemaText }).start())) as [StandInSite, StandInSite];
  for (const { url, joinToken } of [eu, us]) await hub.subgraph.registerSite({ url, joinToken });
});
afterEach(async () => {
  await hub.close();
  await Promise.all([eu.stop(), us.stop()]);
});

async function begin(document: string, input: object): Promise<string> {
  const data = await hub.ask<Record<string, { operation: { id: string } }>>(document, { input });
  return Object.values(data)[0]!.operation.id;
}

const end = (id: string): Promise<OperationRecord> => hub.subgraph.engine.wait(id, { deadlineMs: 50_000 });

/** Resolves when a Site was asked for this. */
const asked = (site: StandInSite, mutation: string): Promise<void> => expect.poll(() => site.asked, { timeout: 50_000 }).toContain(mutation);

describe('restoreCopyAt', () => {
  it('sends the copy from Site to Site, has it accepted and restored, and counts both ways in bytes', async () => {
    const copyId = eu.addCopy(1000);
    const id = await begin(restore, { copyId, siteId: 'us', name: 'second' });
    const done = await end(id);
    expect(done).toMatchObject({ outcome: 'SUCCEEDED', progress: { bytesDone: 2000, bytesTotal: 2000 }, cause: { kind: 'USER', name: 'admin' } });
    expect(eu.asked).toEqual(['pushCopy']);
    expect(us.asked).toEqual(['receiveCopy', 'acceptCopy', 'restoreCopy']);
    expect([...us.apps]).toEqual([[done.subjectId, 'second']]);
    expect([...us.copies.values()]).toMatchObject([{ originCopyId: copyId, usable: true }]);
  });

  it('sends nothing when the copy is at the Site, by birth or from before', async () => {
    const copyId = eu.addCopy(1000);
    await end(await begin(restore, { copyId, siteId: 'eu', name: 'here' }));
    await end(await begin(restore, { copyId, siteId: 'us', name: 'there' }));
    await end(await begin(restore, { copyId, siteId: 'us', name: 'there-again' }));
    expect(eu.asked).toEqual(['restoreCopy', 'pushCopy']);
    expect([...us.apps.values()]).toEqual(['there', 'there-again']);
    expect(us.copies.size).toBe(1);
  });

  it('lets a second transfer of the same copy to the same Site wait for the first', async () => {
    const copyId = eu.addCopy(1000);
    eu.looksUntilDone.set('pushCopy', Infinity);
    const first = await begin(restore, { copyId, siteId: 'us', name: 'one' });
    await asked(eu, 'pushCopy');
    const second = await begin(restore, { copyId, siteId: 'us', name: 'two' });
    eu.looksUntilDone.set('pushCopy', 1);
    await hub.subgraph.engine.cancel(first);
    expect(await end(first)).toMatchObject({ outcome: 'CANCELLED' });
    expect(await end(second)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect([...us.apps.values()]).toEqual(['two']);
  });

  it('is one operation for one idempotency key, though its name is taken by then', async () => {
    const input = { copyId: eu.addCopy(10), siteId: 'us', name: 'once', idempotencyKey: 'k' };
    const first = await begin(restore, input);
    await end(first);
    expect(await begin(restore, input)).toBe(first);
  });

  it('bears with Sites that are away, and goes on when they are back', async () => {
    const copyId = eu.addCopy(1000);
    eu.looksUntilDone.set('pushCopy', 20);
    const id = await begin(restore, { copyId, siteId: 'us', name: 'patient' });
    await asked(eu, 'pushCopy');
    await Promise.all([eu.stop(), us.stop()]);
    await expect.poll(() => hub.ask('{ sites { connection { state } } }'), { timeout: 50_000 }).toEqual({
      sites: [{ connection: { state: 'DISCONNECTED' } }, { connection: { state: 'DISCONNECTED' } }],
    });
    await Promise.all([eu.start(), us.start()]);
    expect(await end(id)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(eu.asked).toEqual(['pushCopy']);
  });

  it('asks for new Grants when the ones it had are not taken any more', async () => {
    const copyId = eu.addCopy(1000);
    eu.failures.set('pushCopy', { code: 'GRANT_REFUSED', message: 'the Grant has expired' });
    const done = await end(await begin(restore, { copyId, siteId: 'us', name: 'again' }));
    expect(done.outcome).toBe('SUCCEEDED');
    expect(eu.outcomes('pushCopy')).toEqual(['FAILED', 'SUCCEEDED']);
  });

  it.each([
    ['an unknown copy', () => ({ copyId: newId('eu', 'copy') }), 'NOT_FOUND'],
    ['a copy that is not usable', () => ({ copyId: eu.addCopy(10, false) }), 'COPY_NOT_USABLE'],
    ['a Site that is not registered', () => ({ siteId: 'mars' }), 'SITE_UNKNOWN'],
    ['a copy of a Site that is not registered', () => ({ copyId: newId('mars', 'copy') }), 'SITE_UNKNOWN'],
    ['an id that is none', () => ({ copyId: 'copy' }), 'INVALID_ID'],
    ['an id of another kind', () => ({ copyId: newId('eu', 'app') }), 'WRONG_ID_KIND'],
    ['a repository elsewhere', () => ({ repositoryId: eu.repositoryId }), 'BAD_INPUT'],
    ['a repository that is not there', () => ({ repositoryId: newId('us', 'repository') }), 'NOT_FOUND'],
    ['a name that is no label', () => ({ name: 'Not A Name' }), 'BAD_INPUT'],
    ['a name that is taken', () => ({ name: us.apps.get(us.addApp('taken')) }), 'NAME_TAKEN'],
  ])('refuses %s at once', async (_, wrong, code) => {
    const input = { copyId: eu.addCopy(10), siteId: 'us', name: 'fine', ...wrong() };
    expect(await hub.refusal(restore, { input })).toMatchObject({ code });
    expect(await hub.subgraph.engine.count()).toBe(0);
    expect([...eu.asked, ...us.asked]).toEqual([]);
  });

  it('refuses at once when a Site does not answer', async () => {
    const copyId = eu.addCopy(10);
    await us.stop();
    expect(await hub.refusal(restore, { input: { copyId, siteId: 'us', name: 'x' } })).toMatchObject({ code: 'SITE_UNAVAILABLE', message: expect.stringContaining('"us"') });
  });
});

describe('a restoreCopyAt that does not come to its end', () => {
  it('stops the source and deletes what arrived half when it is cancelled while sending', async () => {
    const copyId = eu.addCopy(1000);
    eu.looksUntilDone.set('pushCopy', Infinity);
    const id = await begin(restore, { copyId, siteId: 'us', name: 'x' });
    await asked(eu, 'pushCopy');
    await hub.subgraph.engine.cancel(id);
    expect(await end(id)).toMatchObject({ outcome: 'CANCELLED', warnings: [] });
    expect(eu.outcomes('pushCopy')).toEqual(['CANCELLED']);
    expect([us.copies.size, us.apps.size]).toEqual([0, 0]);
  });

  it('stops the target when it is cancelled while restoring, keeps the whole copy and says so', async () => {
    const copyId = eu.addCopy(1000);
    us.looksUntilDone.set('restoreCopy', Infinity);
    const id = await begin(restore, { copyId, siteId: 'us', name: 'x' });
    await asked(us, 'restoreCopy');
    await hub.subgraph.engine.cancel(id);
    const done = await end(id);
    expect(done).toMatchObject({ outcome: 'CANCELLED', warnings: [expect.stringMatching(/is whole at Site "us" and is kept there/)] });
    expect(us.outcomes('restoreCopy')).toEqual(['CANCELLED']);
    expect(us.apps.size).toBe(0);
  });

  it('says why the Site failed', async () => {
    us.failures.set('restoreCopy', { code: 'CAPACITY_EXCEEDED', message: 'no room for data service "db"' });
    const done = await end(await begin(restore, { copyId: eu.addCopy(10), siteId: 'us', name: 'x' }));
    expect(done.error).toEqual({ code: 'CAPACITY_EXCEEDED', message: expect.stringMatching(/restoring copy .* failed at Site "us": no room for data service "db"/) });
  });

  it('leaves nothing to undo when the target does not want the copy', async () => {
    const formats = { subject: 'data service "db"', offered: ['a'], accepted: ['b'], hint: 'add a repository' };
    us.refusals.set('receiveCopy', noCommonFormat(formats));
    const id = await begin(restore, { copyId: eu.addCopy(10), siteId: 'us', name: 'x' });
    // Undoing asks once more which copy it would be.
    us.refusals.set('receiveCopy', noCommonFormat(formats));
    expect(await end(id)).toMatchObject({ outcome: 'FAILED', error: { code: 'NO_COMMON_FORMAT' } });
    expect(eu.asked).toEqual([]);
  });

  it('gives a Site up that stays away', async () => {
    await hub.close();
    hub = await TestHub.open(await server.database(), { siteAwayMs: 300 });
    for (const site of [eu, us]) {
      site.renewJoinToken();
      await hub.subgraph.registerSite({ url: site.url, joinToken: site.joinToken });
    }
    eu.looksUntilDone.set('pushCopy', Infinity);
    const id = await begin(restore, { copyId: eu.addCopy(10), siteId: 'us', name: 'x' });
    await asked(eu, 'pushCopy');
    await eu.stop();
    await expect.poll(async () => (await hub.subgraph.engine.get(id)).phase, { timeout: 50_000 }).toBe('FINISHING');
    await eu.start();
    expect(await end(id)).toMatchObject({ outcome: 'FAILED', error: { code: 'SITE_UNAVAILABLE' } });
    expect(eu.outcomes('pushCopy')).toEqual(['CANCELLED']);
  });
});

describe('sendCopy', () => {
  it('sends a copy to a repository of another Site, and names the copy there', async () => {
    const id = await begin(send, { copyId: eu.addCopy(1000), repositoryId: us.repositoryId });
    const done = await end(id);
    expect(done).toMatchObject({ outcome: 'SUCCEEDED', progress: { bytesDone: 1000, bytesTotal: 1000 }, subjectId: [...us.copies.keys()][0] });
    expect(us.asked).toEqual(['receiveCopy', 'acceptCopy']);
  });

  it('is done at once in the repository where the copy is, and refused for another one of the same Site', async () => {
    const copyId = eu.addCopy(1000);
    expect(await end(await begin(send, { copyId, repositoryId: eu.repositoryId }))).toMatchObject({ outcome: 'SUCCEEDED', subjectId: copyId });
    expect(await hub.refusal(send, { input: { copyId, repositoryId: newId('eu', 'repository') } })).toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});
