import { sendPart, type SentFigures } from '@ocopea/copy-transfer';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { newId } from '@ocopea/graph';
import { SigningKey, signTransferStatement, verifyTransferReceipt } from '@ocopea/security';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appDocument, createCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;
const farAway = SigningKey.generate();
/** The repository of the other Site, which knows chunks. */
const sender = createMemoryCopyRepositoryBroker();
const key = { repositoryId: 'far', partId: newId('far-away', 'copy-part') };

beforeAll(async () => {
  site = await TestSite.start({ brokers: { copyRepository: createMemoryCopyRepositoryBroker({ chunks: false }) } });
  await sender.createRepository({ repositoryId: 'far', properties: {} });
});
afterAll(() => site?.remove());

it('takes a copy as a whole into a repository that knows no chunks, with a receipt, and it is the same there', async () => {
  const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'source', manifest: pairsManifest } });
  const appInstanceId = payload.appInstance.id;
  const app = (await site.client.get(appDocument, { id: appInstanceId })).appInstance;
  for (let i = 0; i < 10; i++) await fetch(new URL(`key-${i}`, app.entryPointUrl), { method: 'PUT', body: `${i}`.repeat(100_000) });
  const digest = await (await fetch(new URL('digest', app.entryPointUrl))).text();
  const ownId = (await site.client.run(createCopyDocument, { input: { appInstanceId } })).payload.copy.id;
  const { copy: own } = await site.client.get(
    `query ($id: ID!) { copy(id: $id) { appInstanceName consistency takenAt manifest {
      dataServices { name protocol plan settings { name value } }
      appServices { name artifact { type name version } environment { name value } ports { name port protocol } healthCheck { port path intervalMs timeoutMs startWithinMs } replicas entryPoint }
    } parts { id dataService format logicalBytes consistencyPoint consistencyMarker repository { id } } } }`,
    { id: ownId },
  );
  // The other Site has the same content, in chunks.
  const { id, repository, ...described } = own.parts[0];
  const part = await sender.writePart(key, { format: described.format, createdAt: new Date(), labels: {} }, site.brokers.copyRepository.readPart({ repositoryId: repository.id, partId: id }));
  const originCopyId = newId('far-away', 'copy');
  const description = { ...own, appInstanceId: newId('far-away', 'app'), parts: [{ ...described, partId: key.partId, hash: part.hash }] };
  const input = { siteId: site.siteId, copyId: originCopyId, senderSiteId: 'far-away', senderKey: JSON.stringify(farAway.publicJwk), description };
  const receive = async (): Promise<Loose> => (await site.client.get('mutation ($input: ReceiveCopyInput!) { receiveCopy(input: $input) { alreadyHere copy { id } grants { url grant } } }', { input })).receiveCopy;
  const { copy, grants } = await receive();

  const statement = ({ url }: Loose) => ({ hash, logicalBytes, chunks, bytesSent }: SentFigures) => {
    const [, targetRepositoryId, targetPartId] = /repositories\/(.+)\/parts\/(.+)$/.exec(url)!;
    return signTransferStatement(farAway, {
      sourceSiteId: 'far-away', sourceCopyId: originCopyId, sourcePartId: key.partId, sourceRepositoryId: newId('far-away', 'repository'),
      targetSiteId: site.siteId, targetCopyId: copy.id, targetPartId: targetPartId!, targetRepositoryId: targetRepositoryId!,
      format: described.format, hash, logicalBytes, chunks, bytesSent, startedAt: new Date(0).toISOString(), sentAt: new Date().toISOString(),
    });
  };
  const accept = 'mutation ($input: AcceptCopyInput!) { acceptCopy(input: $input) { copy { usable bytes parts { hash } lineage { receipts { text hash bytesSent } } } } }';
  expect(await site.client.refusal(accept, { input: { copyId: copy.id } })).toMatchObject({ code: 'COPY_INCOMPLETE' });
  const receipt = await sendPart({ from: sender, key, target: grants[0], statement: statement(grants[0]) });
  // A sender that was killed before it kept the receipt gets the same one under a new Grant.
  const again = (await receive()).grants[0];
  expect(await sendPart({ from: sender, key, target: again, statement: statement(again) })).toMatchObject({ signature: receipt.signature });

  const { acceptCopy } = await site.client.get(accept, { input: { copyId: copy.id } });
  expect(acceptCopy.copy).toEqual({ usable: true, bytes: described.logicalBytes, parts: [{ hash: part.hash }], lineage: { receipts: [{ text: receipt.signature, hash: part.hash, bytesSent: described.logicalBytes }] } });
  const { publicKey } = (await site.client.get('query ($id: ID!) { site(id: $id) { publicKey } }', { id: site.siteId })).site;
  expect(await verifyTransferReceipt(receipt.signature, { sourceKey: farAway.publicJwk, targetKey: JSON.parse(publicKey) })).toMatchObject({ hash: part.hash, targetCopyId: copy.id });

  expect((await site.client.run('mutation ($input: VerifyCopyInput!) { verifyCopy(input: $input) { operation { id } } }', { input: { copyId: copy.id } })).operation.outcome).toBe('SUCCEEDED');
  const restored = await site.client.run(restoreCopyDocument, { input: { copyId: copy.id, name: 'restored' } });
  expect(restored.operation.outcome).toBe('SUCCEEDED');
  const { appInstance } = await site.client.get(appDocument, { id: restored.payload.appInstance.id });
  expect(await (await fetch(new URL('digest', appInstance.entryPointUrl))).text()).toBe(digest);
});
