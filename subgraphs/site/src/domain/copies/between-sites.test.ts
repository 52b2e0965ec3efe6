import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTransferDoor, sendPart, transferUrl, type GrantClaims, type SentFigures } from '@ocopea/copy-transfer';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { newId } from '@ocopea/graph';
import { issueGrant, SigningKey, signTransferReceipt, signTransferStatement, verifyGrant, verifyTransferReceipt, type TransferStatement } from '@ocopea/security';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appDocument, copyDocument, createCopyDocument, deployDocument, deleteCopyDocument, pairsManifest, restoreCopyDocument } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;
let appInstanceId: string;
let copyId: string;
let part: { id: string; dataService: string; format: string; logicalBytes: number; hash: string };
let digest: string;

const copyWithParts = `query ($id: ID!) { copy(id: $id) { appInstanceName consistency takenAt manifest {
  dataServices { name protocol plan settings { name value } }
  appServices { name artifact { type name version } environment { name value } ports { name port protocol } healthCheck { port path intervalMs timeoutMs startWithinMs } replicas entryPoint }
} parts { id dataService format logicalBytes hash consistencyPoint consistencyMarker repository { id } } } }`;
const receiveDocument = `mutation ($input: ReceiveCopyInput!) { receiveCopy(input: $input) {
  alreadyHere copy { id phase usable } grants { partId url grant expiresAt }
} }`;
const pushDocument = 'mutation ($input: PushCopyInput!) { pushCopy(input: $input) { operation { id } copy { id } } }';
const acceptDocument = 'mutation ($input: AcceptCopyInput!) { acceptCopy(input: $input) { copy { id phase outcome usable bytes lineage { originCopyId originSiteId } } } }';

beforeAll(async () => {
  site = await TestSite.start();
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'source', manifest: pairsManifest } });
  appInstanceId = payload.appInstance.id;
  const { appInstance } = await site.client.get(appDocument, { id: appInstanceId });
  for (let i = 0; i < 10; i++) await fetch(new URL(`key-${i}`, appInstance.entryPointUrl), { method: 'PUT', body: `${i}`.repeat(100_000) });
  digest = await (await fetch(new URL('digest', appInstance.entryPointUrl))).text();
  copyId = (await site.client.run(createCopyDocument, { input: { appInstanceId } })).payload.copy.id;
  part = (await site.client.get(copyWithParts, { id: copyId })).copy.parts[0];
});
afterAll(() => site?.remove());

const farAway = SigningKey.generate();

/** The copy of this Site as if another Site had it: the same content under another origin. */
async function describeForeign() {
  const { copy } = await site.client.get(copyWithParts, { id: copyId });
  const originCopyId = newId('far-away', 'copy');
  const parts = copy.parts.map(({ id: _id, repository: _repository, ...described }: Loose) => ({ ...described, partId: newId('far-away', 'copy-part') }));
  const { appInstanceName, consistency, takenAt, manifest } = copy;
  return { originCopyId, input: { siteId: site.siteId, copyId: originCopyId, senderSiteId: 'far-away', senderKey: JSON.stringify(farAway.publicJwk), description: { appInstanceId: newId('far-away', 'app'), appInstanceName, consistency, takenAt, manifest, parts } } };
}
const source = async () => {
  const [repositoryId] = await site.brokers.copyRepository.listRepositories();
  return { from: site.brokers.copyRepository, key: { repositoryId: repositoryId!, partId: part.id } };
};
/** The half of the receipt that the other Site signs, but for the changes. */
const statementOf = (input: Loose, copy: Loose, grant: Loose, changes: Partial<TransferStatement> = {}, key = farAway) => async ({ hash, logicalBytes, chunks, bytesSent }: SentFigures) => {
  const [, targetRepositoryId, targetPartId] = /repositories\/(.+)\/parts\/(.+)$/.exec(grant.url)!;
  const [described] = input.description.parts;
  return signTransferStatement(key, {
    sourceSiteId: 'far-away', sourceCopyId: input.copyId, sourcePartId: described.partId, sourceRepositoryId: newId('far-away', 'repository'),
    targetSiteId: site.siteId, targetCopyId: copy.id, targetPartId: targetPartId!, targetRepositoryId: targetRepositoryId!,
    format: described.format, hash, logicalBytes, chunks, bytesSent, startedAt: new Date(0).toISOString(), sentAt: new Date().toISOString(), ...changes,
  });
};
const receive = async (input: object) => (await site.client.get(receiveDocument, { input })).receiveCopy;

describe('a Site that receives a copy', () => {
  it('takes it part by part under Grants, and has it usable once it is accepted', async () => {
    const { originCopyId, input } = await describeForeign();
    const { copy, grants, alreadyHere } = await receive(input);
    expect({ alreadyHere, copy }).toMatchObject({ alreadyHere: false, copy: { phase: 'RUNNING', usable: false } });
    expect(grants).toHaveLength(1);
    expect(await site.client.refusal(acceptDocument, { input: { copyId: copy.id } })).toMatchObject({ code: 'COPY_INCOMPLETE' });
    expect(await site.client.refusal(restoreCopyDocument, { input: { copyId: copy.id, name: 'too-early' } })).toMatchObject({ code: 'COPY_NOT_USABLE' });

    // Asked again before anything came, it is the same copy.
    expect((await receive(input)).copy.id).toBe(copy.id);
    const receipt = await sendPart({ ...(await source()), target: grants[0], statement: statementOf(input, copy, grants[0]) });
    expect(receipt.hash).toBe(part.hash);
    // A sender that was killed before it kept the receipt asks for a Grant again, and gets the same one.
    const again = (await receive(input)).grants;
    expect(again).toHaveLength(1);
    expect(await sendPart({ ...(await source()), target: again[0], statement: statementOf(input, copy, again[0], { bytesSent: 7 }) })).toMatchObject({ signature: receipt.signature, at: receipt.at });
    expect(await site.rows('SELECT receipt FROM transfer_receipts')).toEqual([{ receipt: receipt.signature }]);
    const { acceptCopy } = await site.client.get(acceptDocument, { input: { copyId: copy.id } });
    expect(acceptCopy.copy).toEqual({ id: copy.id, phase: 'DONE', outcome: 'SUCCEEDED', usable: true, bytes: part.logicalBytes, lineage: { originCopyId, originSiteId: 'far-away' } });
    await site.client.get(acceptDocument, { input: { copyId: copy.id } });
    expect(await receive(input)).toMatchObject({ alreadyHere: true, copy: { id: copy.id }, grants: [] });

    const restored = await site.client.run(restoreCopyDocument, { input: { copyId: copy.id, name: 'from-far-away' } });
    expect(restored.operation.outcome).toBe('SUCCEEDED');
    const { appInstance } = await site.client.get(appDocument, { id: restored.payload.appInstance.id });
    expect(await (await fetch(new URL('digest', appInstance.entryPointUrl))).text()).toBe(digest);
  });

  it('knows a copy of its own when it comes back', async () => {
    const { copy } = await site.client.get(copyWithParts, { id: copyId });
    const parts = copy.parts.map(({ id, repository: _repository, ...described }: Loose) => ({ ...described, partId: id }));
    const description = { appInstanceId, appInstanceName: copy.appInstanceName, consistency: copy.consistency, takenAt: copy.takenAt, manifest: copy.manifest, parts };
    expect(await receive({ siteId: site.siteId, copyId, senderSiteId: site.siteId, senderKey: JSON.stringify(farAway.publicJwk), description })).toMatchObject({ alreadyHere: true, copy: { id: copyId } });
  });

  it('lets a Grant be used once, for its part, and not after its copy was deleted; also over a restart', async () => {
    const { input } = await describeForeign();
    const { copy, grants } = await receive(input);
    const [{ url, grant }] = grants;
    await expect(sendPart({ ...(await source()), target: { url: url.replace(/[0-9a-f]{12}$/, '000000000000'), grant } })).rejects.toMatchObject({ code: 'GRANT_REFUSED' });
    await expect(sendPart({ ...(await source()), target: { url, grant: `${grant}x` } })).rejects.toMatchObject({ code: 'GRANT_REFUSED' });
    await sendPart({ ...(await source()), target: { url, grant }, statement: statementOf(input, copy, grants[0]) });
    await site.stop();
    await site.startAgain();
    const after = url.replace(/^http:\/\/[^/]+/, site.url);
    const missing = await fetch(`${after}/missing`, { method: 'POST', headers: { authorization: `Bearer ${grant}` }, body: Buffer.alloc(32) });
    expect(missing.status).toBe(403);
    expect(await missing.json()).toMatchObject({ error: { code: 'GRANT_REFUSED' } });

    const other = await describeForeign();
    const unwanted = await receive(other.input);
    await site.client.run(deleteCopyDocument, { input: { copyId: unwanted.copy.id } });
    await expect(sendPart({ ...(await source()), target: unwanted.grants[0] })).rejects.toMatchObject({ code: 'GRANT_REFUSED', message: expect.stringContaining('not wanted any more') as string });
    await site.client.run(deleteCopyDocument, { input: { copyId: copy.id } });
    const [repositoryId] = await site.brokers.copyRepository.listRepositories();
    const ids = (await site.rows<{ id: string }>('SELECT id FROM copy_parts')).map(({ id }) => id).sort();
    expect((await site.brokers.copyRepository.listParts(repositoryId!)).items.map(({ partId }) => partId).sort()).toEqual(ids);
  });

  it.each<[string, Partial<TransferStatement> | undefined, SigningKey, RegExp]>([
    ['none', undefined, farAway, /there is none/],
    ['what another Site signed', {}, SigningKey.generate(), /not signed by Site "far-away"/],
    ['one for another part', { targetPartId: 'test-site.copy-part.x' }, farAway, /its "targetPartId" is "test-site.copy-part.x", here it is/],
    ['one for another list of chunks', { chunks: 1_000 }, farAway, /its "chunks" is 1000, here it is/],
    ['one of another copy', { sourceCopyId: 'far-away.copy.x' }, farAway, /its "sourceCopyId" is/],
  ])('publishes nothing with a statement of the sender that is %s', async (_, changes, key, message) => {
    const { input } = await describeForeign();
    const { copy, grants } = await receive(input);
    const statement = changes && statementOf(input, copy, grants[0], changes, key);
    await expect(sendPart({ ...(await source()), target: grants[0], ...(statement && { statement }) })).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringMatching(message) as string });
    expect(await site.client.refusal(acceptDocument, { input: { copyId: copy.id } })).toMatchObject({ code: 'COPY_INCOMPLETE' });
    await site.client.run(deleteCopyDocument, { input: { copyId: copy.id } });
  });

  it.each([
    ['a key that is none', (input: Loose) => ({ ...input, senderKey: '{}' }), 'BAD_INPUT'],
    ['a copy of another owner than the sender', (input: Loose) => ({ ...input, senderSiteId: 'somewhere' }), 'BAD_INPUT'],
    ['a description that lacks a part', (input: Loose) => ({ ...input, description: { ...input.description, parts: [] } }), 'BAD_INPUT'],
    ['a manifest that contradicts itself', (input: Loose) => ({ ...input, description: { ...input.description, manifest: { ...input.description.manifest, dataServices: [] }, parts: [] } }), 'MANIFEST_INVALID'],
    ['an unknown repository', (input: Loose) => ({ ...input, repositoryId: newId('test-site', 'repository') }), 'NOT_FOUND'],
    ['another Site', (input: Loose) => ({ ...input, siteId: 'elsewhere' }), 'SITE_UNKNOWN'],
  ])('refuses %s', async (_, change, code) => {
    const { input } = await describeForeign();
    expect((await site.client.refusal(receiveDocument, { input: change(input) })).code).toBe(code);
  });
});

describe('a Site that sends a copy', () => {
  const receiver = { spoil: (receipt: string) => receipt, key: SigningKey.generate(), broker: createMemoryCopyRepositoryBroker(), repositoryId: newId('receiver', 'repository') };
  let server: Server;
  let mount: string;

  beforeAll(async () => {
    await receiver.broker.createRepository({ repositoryId: receiver.repositoryId, properties: {} });
    const door = createTransferDoor({
      prefix: '/transfer',
      resolve: () => receiver.broker,
      verifyGrant: (token) => verifyGrant(token, { issuerKey: receiver.key.publicJwk }),
      consumeGrant: async () => undefined,
      giveReceipt: async (unsigned, { statement = '' }) => {
        const { grantId, storedBytes, at } = unsigned;
        const signature = await signTransferReceipt(receiver.key, 'receiver', { grantId, storedBytes, receivedAt: at, statement });
        return { ...unsigned, signature: receiver.spoil(signature) };
      },
    });
    server = createServer((request, response) => void door(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    mount = `http://127.0.0.1:${(server.address() as AddressInfo).port}/transfer`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await receiver.broker.close();
  });

  const grantFor = async (changes: Partial<GrantClaims> = {}, key = receiver.key) => {
    const key0 = { repositoryId: receiver.repositoryId, partId: newId('receiver', 'copy-part') };
    const terms = { grantId: crypto.randomUUID(), issuer: 'receiver', direction: 'write' as const, ...key0, maxBytes: part.logicalBytes, format: part.format, ...changes };
    return { partId: part.id, url: transferUrl(mount, key0), grant: await issueGrant(key, terms, 600) };
  };
  const push = (grants: object[], changes: object = {}) => ({
    input: { copyId, targetSiteId: 'receiver', targetCopyId: newId('receiver', 'copy'), receiverKey: JSON.stringify(receiver.key.publicJwk), grants, ...changes },
  });

  it('sends each part to the repository that granted it, and keeps the receipt in the lineage', async () => {
    const variables = push([await grantFor()]);
    const { operation } = await site.client.run(pushDocument, variables);
    expect(operation).toMatchObject({ outcome: 'SUCCEEDED', progress: { bytesDone: part.logicalBytes, bytesTotal: part.logicalBytes } });
    const arrived = (await receiver.broker.listParts(receiver.repositoryId)).items;
    expect(arrived.map(({ hash }) => hash)).toEqual([part.hash]);
    const { copy } = await site.client.get(copyDocument, { id: copyId });
    expect(copy.lineage.sentToCopyIds).toEqual([variables.input.targetCopyId]);
    const { copy: { lineage }, site: here } = await site.client.get(`query ($id: ID!, $siteId: ID!) { site(id: $siteId) { publicKey } copy(id: $id) { lineage { receipts { text } sentReceipts {
      sourceSiteId sourceCopyId sourcePartId targetSiteId targetCopyId targetPartId targetRepositoryId format hash logicalBytes chunks bytesSent storedBytes startedAt sentAt receivedAt text sourceKey targetKey } } } }`, { id: copyId, siteId: site.siteId });
    expect(lineage.receipts).toEqual([]);
    expect(lineage.sentReceipts).toHaveLength(1);
    const [{ text, sourceKey, targetKey, ...said }] = lineage.sentReceipts;
    expect(said).toMatchObject({
      sourceSiteId: site.siteId, sourceCopyId: copyId, sourcePartId: part.id, targetSiteId: 'receiver', targetCopyId: variables.input.targetCopyId, targetPartId: arrived[0]!.partId,
      targetRepositoryId: receiver.repositoryId, hash: part.hash, logicalBytes: part.logicalBytes, bytesSent: part.logicalBytes,
    });
    expect(sourceKey).toBe(here.publicKey);
    expect(targetKey).toBe(JSON.stringify(receiver.key.publicJwk));
    const signed = await verifyTransferReceipt(text, { sourceKey: JSON.parse(sourceKey), targetKey: JSON.parse(targetKey) });
    expect(signed).toMatchObject(said);
  });

  it('takes no receipt of which a byte is another', async () => {
    receiver.spoil = (receipt) => receipt.replace(/.(?=[^.]*$)/, (digit) => (digit === 'A' ? 'B' : 'A'));
    const { operation } = await site.client.run(pushDocument, push([await grantFor()]));
    receiver.spoil = (receipt) => receipt;
    expect(operation).toMatchObject({ outcome: 'FAILED', error: { code: 'CORRUPT_DATA' } });
    expect(await site.rows('SELECT 1 FROM copy_sends')).toHaveLength(1);
  });

  it.each<[string, () => Promise<object[]>, object, string, RegExp]>([
    ['signed by somebody else', async () => [await grantFor({}, SigningKey.generate())], {}, 'GRANT_REFUSED', /not signed by the receiving Site/],
    ['issued by another Site', async () => [await grantFor({ issuer: 'mallory' })], {}, 'GRANT_REFUSED', /issued by Site "mallory"/],
    ['to read', async () => [await grantFor({ direction: 'read' })], {}, 'GRANT_REFUSED', /not to write/],
    ['for another format', async () => [await grantFor({ format: 'tar/1' })], {}, 'GRANT_REFUSED', /for the format "tar\/1"/],
    ['for other content', async () => [await grantFor({ hash: `sha256:${'0'.repeat(64)}` })], {}, 'GRANT_REFUSED', /for other content/],
    ['for fewer bytes', async () => [await grantFor({ maxBytes: 10 })], {}, 'GRANT_REFUSED', /for 10 bytes/],
    ['for another address', async () => [{ ...(await grantFor()), url: 'http://127.0.0.1:1/steal' }], {}, 'GRANT_REFUSED', /for another address/],
    ['for a link-local address', async () => [{ ...(await grantFor()) }].map((given) => ({ ...given, url: given.url.replace('127.0.0.1', '169.254.169.254') })), {}, 'GRANT_REFUSED', /may not be sent to/],
    ['for no part of the copy', async () => [{ ...(await grantFor()), partId: newId('test-site', 'copy-part') }], {}, 'BAD_INPUT', /is not a part of the copy/],
    ['with a key that is none', async () => [await grantFor()], { receiverKey: '{}' }, 'BAD_INPUT', /receiverKey/],
  ])('sends nothing under a Grant %s', async (_, grants, changes, code, message) => {
    const before = (await receiver.broker.listParts(receiver.repositoryId)).items.length;
    const refusal = await site.client.refusal(pushDocument, push(await grants(), changes));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(message);
    expect((await receiver.broker.listParts(receiver.repositoryId)).items).toHaveLength(before);
  });
});
