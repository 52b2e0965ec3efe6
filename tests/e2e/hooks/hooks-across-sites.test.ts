import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppInstanceDocument, AppInstancesDocument, CopyDocument, CreateCopyDocument, RestoreCopyAtDocument, type OcopeaClient } from '@ocopea/sdk';
import { databaseUrlBehind, Fabric, Guestbook, operationEnd, operationSuccess } from '@ocopea/test-support';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ocopea = fileURLToPath(new URL('../../../cli/bin/ocopea.js', import.meta.url));

/** Statements have the rights of the application, so they write where it does. */
const sign = (author: string) => `INSERT INTO entry (author, message) VALUES ('${author}', 'from a hook')`;
const hooks = [
  { name: 'announce', event: 'BEFORE_COPY', service: 'db', statements: sign('before'), holdsWrites: true },
  { name: 'fails', event: 'BEFORE_COPY', service: 'db', statements: 'SELECT 1 / 0', onFailure: 'CONTINUE' },
  { name: 'all-clear', event: 'AFTER_COPY', service: 'db', statements: sign('after') },
  { name: 'anonymise', event: 'AFTER_RESTORE', service: 'db', statements: `UPDATE entry SET message = 'removed' WHERE author = 'private'` },
];

describe('hooks of an application', () => {
  let fabric: Fabric;
  let hub: OcopeaClient;
  let appInstanceId: string;
  let entryPointUrl: string;
  let copyId: string;
  let restored: { readonly id: string; readonly entryPointUrl: string; readonly copyId: string };

  beforeAll(async () => {
    fabric = await Fabric.start();
    hub = await fabric.hub();
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1 });
    ({ id: appInstanceId } = appInstances!.edges[0]!.node);
    entryPointUrl = appInstances!.edges[0]!.node.entryPointUrl!;
    await new Guestbook(entryPointUrl).sign('private', 'nobody else shall read this');
  });
  afterAll(async () => {
    await hub?.close();
    await fabric?.[Symbol.asyncDispose]();
  });

  const cli = async (args: readonly string[], input?: string): Promise<unknown> => {
    const environment = { ...process.env, OCOPEA_HOME: fabric.home, OCOPEA_PORT: String(fabric.port) };
    const running = promisify(execFile)(process.execPath, [ocopea, ...args, '-o', 'json'], { env: environment });
    running.child.stdin!.end(input);
    return JSON.parse((await running).stdout);
  };
  const messagesOf = async (url: string, author: string): Promise<string[]> => {
    const client = new pg.Client({ connectionString: await databaseUrlBehind(url) });
    await client.connect();
    try {
      return (await client.query<{ message: string }>('SELECT message FROM entry WHERE author = $1', [author])).rows.map(({ message }) => message);
    } finally {
      await client.end();
    }
  };

  it('are set from the command line, and shown', async () => {
    const { name } = (await hub.request(AppInstanceDocument, { id: appInstanceId })).appInstance!;
    expect(await cli(['apps', 'set-hooks', name, '-'], JSON.stringify(hooks))).toMatchObject(hooks);
    expect(await cli(['apps', 'hooks', name])).toMatchObject(hooks);
  });

  it('run around a copy, which says how they went', async () => {
    const { createCopy } = await hub.request(CreateCopyDocument, { input: { appInstanceId, consistency: 'CRASH' } });
    copyId = createCopy.copy!.id;
    // A hook that fails and may, is a warning.
    expect(await operationEnd(hub, createCopy.operation.id)).toMatchObject({ outcome: 'SUCCEEDED_WITH_WARNINGS', error: null });
    const { copy } = await hub.request(CopyDocument, { id: copyId });
    expect(copy).toMatchObject({ usable: true, outcome: 'SUCCEEDED_WITH_WARNINGS', hooksAttempted: 3, hooksFailed: 1 });
    expect(copy!.hookRuns.map(({ hook, outcome }) => [hook, outcome]).toSorted()).toEqual([['all-clear', 'SUCCEEDED'], ['announce', 'SUCCEEDED'], ['fails', 'FAILED']]);
    expect([await messagesOf(entryPointUrl, 'before'), await messagesOf(entryPointUrl, 'after')]).toEqual([['from a hook'], ['from a hook']]);
  });

  it('run after the restore at another Site, on the restored data alone', async () => {
    const { restoreCopyAt } = await hub.request(RestoreCopyAtDocument, { input: { copyId, siteId: 'us-west', name: 'shared' } });
    const { subjectId } = await operationSuccess(hub, restoreCopyAt.operation.id);
    const { appInstance } = await hub.request(AppInstanceDocument, { id: subjectId! });
    restored = { id: subjectId!, entryPointUrl: appInstance!.entryPointUrl!, copyId: appInstance!.restoredFromCopyId! };
    expect(await messagesOf(restored.entryPointUrl, 'private')).toEqual(['removed']);
    expect(await messagesOf(entryPointUrl, 'private')).toEqual(['nobody else shall read this']);
    // What ran after the consistency point is not in the copy.
    expect([await messagesOf(restored.entryPointUrl, 'before'), await messagesOf(restored.entryPointUrl, 'after')]).toEqual([['from a hook'], []]);
  });

  it('are told of by the copy at the other Site too', async () => {
    const [here, there] = [(await hub.request(CopyDocument, { id: copyId })).copy!, (await hub.request(CopyDocument, { id: restored.copyId })).copy!];
    expect(restored.copyId).toMatch(/^us-west\./);
    expect(there).toMatchObject({ consistency: here.consistency, consistencyAsked: 'CRASH', hooksAttempted: 4, hooksFailed: 1 });
    expect(there.hookRuns.map(({ hook, event }) => [hook, event])).toEqual([['anonymise', 'AFTER_RESTORE']]);
  });
});
