import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  AppInstanceDocument,
  AppInstancesDocument,
  CopyDocument,
  CreateCopyDocument,
  FollowOperationLogsDocument,
  RestoreCopyAtDocument,
  type OcopeaClient,
  type OperationLogLineFieldsFragment,
} from '@ocopea/sdk';
import { Fabric, Guestbook, Visitor, databaseUrlBehind, operationSuccess, processTraffic, tableChecksums } from '@ocopea/test-support';
import { verifyTransferReceipt, type PublicJwk } from '@ocopea/security';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const rows = 300_000;
const hubLimitBytes = 2_000_000;

interface Figures {
  bytesDone: number;
  bytesTotal: number | null;
  bytesRead: number | null;
  bytesNew: number | null;
  bytesStored: number | null;
  bytesVerified: number | null;
}

interface ProgressEvent {
  cursor: string;
  phase: string;
  outcome: string | null;
  verified: boolean;
  progress: Figures;
  parts: { name: string; progress: Figures }[];
  copy: { id: string; site: { id: string; name: string; connection: { state: string } | null } };
}

/** With joins into both subgraphs: the copy's Site from the Site, its connection from the Hub. */
const progressDocument = parse(`
  subscription Progress($copyId: ID!, $after: String) {
    copyProgress(copyId: $copyId, after: $after) {
      cursor phase outcome verified
      progress { bytesDone bytesTotal bytesRead bytesNew bytesStored bytesVerified }
      parts { name progress { bytesDone bytesTotal bytesRead bytesNew bytesStored bytesVerified } }
      copy { id site { id name connection { state } } }
    }
  }`) as TypedDocumentNode<{ copyProgress: ProgressEvent }, { copyId: string; after?: string }>;

const publicKeyDocument = parse('query PublicKey($id: ID!) { site(id: $id) { publicKey } }') as TypedDocumentNode<{ site: { publicKey: string } }, { id: string }>;

describe('a whole application, copied at one Site and brought up at another', () => {
  let fabric: Fabric;
  let hub: OcopeaClient;
  let source: Guestbook;
  let sourceId: string;
  let copyId: string;
  let copyOperationId: string;
  let restoreOperationId: string;
  let restored: Guestbook;
  let trafficBefore: { received: number; sent: number };
  const events: ProgressEvent[] = [];
  let visitor: Visitor;

  beforeAll(async () => {
    fabric = await Fabric.start();
    hub = await fabric.hub();
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1, filter: { name: 'guestbook' } });
    const { id, entryPointUrl } = appInstances!.edges[0]!.node;
    sourceId = id;
    source = new Guestbook(entryPointUrl!);
    await source.fill(rows);
    visitor = new Visitor(source);
    trafficBefore = await processTraffic(await fabric.pidOf('hub'));
  });

  afterAll(async () => {
    await visitor?.stop();
    await hub?.close();
    await fabric?.[Symbol.asyncDispose]();
  });

  it('shows the bytes of the copy move until it is done and verified', async () => {
    const { createCopy } = await hub.request(CreateCopyDocument, { input: { appInstanceId: sourceId } });
    copyId = createCopy.copy!.id;
    copyOperationId = createCopy.operation.id;
    for await (const { copyProgress } of hub.subscribe(progressDocument, { copyId }, { signal: AbortSignal.timeout(60_000) })) {
      events.push(copyProgress);
      if (copyProgress.phase === 'DONE') break;
    }
    expect(events.length).toBeGreaterThanOrEqual(5);
    const bytes = events.map((event) => Number(event.progress.bytesDone));
    expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
    expect(new Set(events.map((event) => event.cursor)).size).toBe(events.length);
    expect(events.at(-1)).toMatchObject({
      outcome: 'SUCCEEDED',
      verified: true,
      copy: { id: copyId, site: { id: 'eu-central', name: 'Central Europe', connection: { state: 'CONNECTED' } } },
    });
    const { progress, parts } = events.at(-1)!;
    expect(progress.bytesDone).toBe(progress.bytesTotal);
    expect(parts).toEqual([{ name: 'db', progress }]);
    const [done, read, isNew, stored, verified] = [progress.bytesDone, progress.bytesRead, progress.bytesNew, progress.bytesStored, progress.bytesVerified].map(Number);
    expect([read, verified]).toEqual([done! / 2, done! / 2]);
    // A first copy of a database of which nothing is in the repository; it compresses.
    expect(isNew).toBeGreaterThan(0.5 * read!);
    expect(isNew).toBeLessThanOrEqual(read!);
    expect(stored).toBeLessThan(isNew!);
  });

  it('records what it holds: one verified part of the database at a consistency point', async () => {
    const { copy } = await hub.request(CopyDocument, { id: copyId });
    expect(copy).toMatchObject({ appInstanceId: sourceId, usable: true, outcome: 'SUCCEEDED', parts: [{ dataService: 'db', format: expect.stringMatching(/^postgres-physical\/18-/) }] });
    expect(Number(copy!.bytes)).toBeGreaterThan(rows * 350);
    expect(copy!.parts[0]!.hash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(Date.parse(copy!.verifiedAt as string)).toBeGreaterThanOrEqual(Date.parse(copy!.takenAt as string));
  });

  it('brings it up at the other Site with exactly the data of the consistency point', async () => {
    const { restoreCopyAt } = await hub.request(RestoreCopyAtDocument, { input: { copyId, siteId: 'us-west', name: 'guestbook-in-oregon' } });
    restoreOperationId = restoreCopyAt.operation.id;
    const operation = await operationSuccess(hub, restoreOperationId);
    const { appInstance } = await hub.request(AppInstanceDocument, { id: operation.subjectId! });
    expect(appInstance).toMatchObject({ name: 'guestbook-in-oregon', phase: 'RUNNING', site: { id: 'us-west' } });
    restored = new Guestbook(appInstance!.entryPointUrl!);

    const last = await restored.newestId();
    const [there, here] = await Promise.all([restored.digest(), source.digest(last)]);
    expect(there).toEqual(here);
    expect(there.rows).toBeGreaterThanOrEqual(rows);

    const [sourceUrl, restoredUrl] = await Promise.all([databaseUrlBehind(source.url), databaseUrlBehind(restored.url)]);
    expect(new URL(restoredUrl).port).not.toBe(new URL(sourceUrl).port);
    const wanted = await tableChecksums(sourceUrl, { 'public.entry': `id <= ${last}` });
    expect(await tableChecksums(restoredUrl)).toEqual(wanted);
  });

  it('says at the Hub what was done, line by line, of the operation of a Site and of its own', async () => {
    const linesOf = async (operationId: string): Promise<string[]> => {
      const lines: string[] = [];
      for await (const { operationLogs } of hub.subscribe(FollowOperationLogsDocument, { operationId }, { signal: AbortSignal.timeout(60_000) })) {
        const { step, message, isLast } = operationLogs as OperationLogLineFieldsFragment;
        lines.push(`${step}: ${message}`);
        if (isLast) break;
      }
      return lines;
    };
    expect(await linesOf(copyOperationId)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^copy data service db: done after/), expect.stringMatching(/^verify data service db: all \d+ bytes were read/), 'null: ended: succeeded']),
    );
    expect(await linesOf(restoreOperationId)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^send: operation "eu-central\.operation\..*" at Site "eu-central" is SUCCEEDED$/), 'null: ended: succeeded']),
    );
  });

  it('keeps one receipt of the transfer, the same at both Sites, which holds by their public keys alone', async () => {
    const { copy: origin } = await hub.request(CopyDocument, { id: copyId });
    const { copy: arrived } = await hub.request(CopyDocument, { id: origin!.lineage.sentToCopyIds[0]! });
    expect(arrived!.lineage.receipts).toEqual(origin!.lineage.sentReceipts);
    const [receipt, ...others] = arrived!.lineage.receipts;
    expect(others).toEqual([]);
    const keyOf = async (id: string) => JSON.parse((await hub.request(publicKeyDocument, { id })).site.publicKey) as PublicJwk;
    const [sourceKey, targetKey] = [await keyOf('eu-central'), await keyOf('us-west')];
    const signed = await verifyTransferReceipt(receipt!.text, { sourceKey, targetKey });
    const [part] = arrived!.parts;
    expect(signed).toMatchObject({ sourceCopyId: copyId, targetPartId: part!.id, hash: part!.hash, logicalBytes: Number(part!.logicalBytes), storedBytes: Number(part!.storedBytes) });
    expect(signed.bytesSent).toBeLessThanOrEqual(signed.logicalBytes);
    await expect(verifyTransferReceipt(receipt!.text, { sourceKey: targetKey, targetKey: sourceKey })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('leaves the source serving all the while, and both go on apart', async () => {
    await visitor.stop();
    expect(visitor.signed).toBeGreaterThan(10);
    expect(visitor.refused).toBe(0);
    const before = await restored.digest();
    await source.sign('eu', 'only here');
    expect(await restored.digest()).toEqual(before);
    await restored.sign('us', 'only there');
    expect((await restored.digest()).rows).toBe(before.rows + 1);
  });

  it('moves no bulk data through the Hub', async () => {
    const now = await processTraffic(await fabric.pidOf('hub'));
    expect(now.received - trafficBefore.received).toBeLessThan(hubLimitBytes);
    expect(now.sent - trafficBefore.sent).toBeLessThan(hubLimitBytes);
  });
});
