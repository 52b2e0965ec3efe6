import { AppInstancesDocument, CopiesDocument, type TransferReceiptFieldsFragment } from '@ocopea/sdk';
import { verifyTransferReceipt, type PublicJwk } from '@ocopea/security';
import { operationSuccess } from '@ocopea/test-support';
import type { FaultBed, SiteId, Victim } from './fault-bed.js';
import { createCopy, deleteApp, deleteCopy, restoreCopyAt, sendCopy, verifyCopy } from './requests.js';

/** A piece of work that faults befall, from a fabric in its first state back to it. */
export interface Scenario {
  readonly name: 'copy' | 'send' | 'restore' | 'delete';
  /** The processes that take part. */
  readonly victims: readonly Victim[];
  /** Where the bytes go. */
  readonly site: SiteId;
  /** Brings the fabric to where it can start. */
  prepare(bed: FaultBed): Promise<void>;
  /** @returns the id of the operation that stands for all */
  start(bed: FaultBed): Promise<string>;
  /** Holds what a success has made against what it should be. @returns what is wrong */
  check(bed: FaultBed): Promise<string | undefined>;
  /** Removes what it made, and what {@link prepare} did. */
  cleanUp(bed: FaultBed): Promise<void>;
}

const restoredName = 'guestbook-restored';

const copy: Scenario = {
  name: 'copy',
  victims: ['hub', 'eu-central', 'database at source', 'state database'],
  site: 'eu-central',
  prepare: async () => undefined,
  start: async (bed) => (await createCopy(bed.hub, bed.sourceId)).operationId,
  async check(bed) {
    const [made] = await copiesAt(bed, 'eu-central');
    if (made === undefined) return 'the copy is not there';
    return (await whatIsWrongWith(bed, made)) ?? (await restoredWrongly(bed, made, 'eu-central'));
  },
  cleanUp: (bed) => removeCopies(bed, 'eu-central'),
};

const send: Scenario = {
  name: 'send',
  victims: ['hub', 'eu-central', 'us-west', 'state database'],
  site: 'us-west',
  prepare: async () => undefined,
  start: (bed) => sendCopy(bed.hub, bed.copyId, 'us-west'),
  async check(bed) {
    const [arrived, more] = await copiesAt(bed, 'us-west');
    if (arrived === undefined) return 'the copy is not there';
    return more === undefined ? await whatIsWrongWith(bed, arrived) : 'the copy arrived twice';
  },
  cleanUp: (bed) => removeCopies(bed, 'us-west'),
};

const restore: Scenario = {
  name: 'restore',
  victims: ['hub', 'us-west', 'database at target', 'state database'],
  site: 'us-west',
  prepare: sendThere,
  async start(bed) {
    const [copyId] = await copiesAt(bed, 'us-west');
    return await restoreCopyAt(bed.hub, copyId!, 'us-west', restoredName);
  },
  async check(bed) {
    const [id] = await restoredInstances(bed);
    return id === undefined ? 'the restored instance is not there' : await bed.wrongData(id);
  },
  async cleanUp(bed) {
    for (const id of await restoredInstances(bed)) await operationSuccess(bed.hub, await deleteApp(bed.hub, id));
    await removeCopies(bed, 'us-west');
  },
};

const deletion: Scenario = {
  name: 'delete',
  victims: ['hub', 'us-west', 'state database'],
  site: 'us-west',
  prepare: sendThere,
  async start(bed) {
    const [copyId] = await copiesAt(bed, 'us-west');
    return await deleteCopy(bed.hub, copyId!);
  },
  check: async (bed) => ((await copiesAt(bed, 'us-west')).length === 0 ? undefined : 'the copy is still there'),
  cleanUp: (bed) => removeCopies(bed, 'us-west'),
};

export const scenarios: readonly Scenario[] = [copy, send, restore, deletion];

export function scenarioOf(name: Scenario['name']): Scenario {
  return scenarios.find((scenario) => scenario.name === name)!;
}

/** Starts bringing a copy up where it is. */
export function restoreAtSource(bed: FaultBed, copyId: string): Promise<string> {
  return restoreCopyAt(bed.hub, copyId, 'eu-central', restoredName);
}

async function sendThere(bed: FaultBed): Promise<void> {
  await operationSuccess(bed.hub, await sendCopy(bed.hub, bed.copyId, 'us-west'));
}

/** Ids of copies at a Site, without the one that is always there. */
export async function copiesAt(bed: FaultBed, siteId: SiteId): Promise<readonly string[]> {
  const { copies } = await bed.hub.request(CopiesDocument, { first: 100, sites: [siteId] });
  return copies!.edges.map(({ node }) => node.id).filter((id) => id !== bed.copyId);
}

async function removeCopies(bed: FaultBed, siteId: SiteId): Promise<void> {
  for (const id of await copiesAt(bed, siteId)) await bed.deleteCopy(id);
}

async function restoredInstances(bed: FaultBed): Promise<readonly string[]> {
  const { appInstances } = await bed.hub.request(AppInstancesDocument, { first: 10, filter: { name: restoredName } });
  return appInstances!.edges.map(({ node }) => node.id);
}

/** Usable, the same content as at its origin, and all of it readable. */
async function whatIsWrongWith(bed: FaultBed, copyId: string): Promise<string | undefined> {
  const found = await bed.copyRow(copyId);
  if (found?.usable !== true || found.parts.length !== 1) return `the copy is ${JSON.stringify(found)}`;
  if (copyId.startsWith('us-west.')) {
    const origin = await bed.copyRow(bed.copyId);
    if (found.parts[0]!.hash !== origin?.parts[0]?.hash) return `the copy has the hash ${found.parts[0]!.hash}, its origin ${origin?.parts[0]?.hash}`;
    const wrong = await receiptsAreWrong(found.lineage.receipts, origin!.lineage.sentReceipts.filter(({ targetCopyId }) => targetCopyId === copyId));
    if (wrong !== undefined) return wrong;
  }
  await operationSuccess(bed.hub, await verifyCopy(bed.hub, copyId));
  return undefined;
}

/** One for the part, the same at both Sites, signed by both. */
async function receiptsAreWrong(arrived: readonly TransferReceiptFieldsFragment[], sent: readonly TransferReceiptFieldsFragment[]): Promise<string | undefined> {
  const [receipt] = arrived;
  if (receipt === undefined || arrived.length !== 1 || sent.length !== 1 || sent[0]!.text !== receipt.text) return `there are ${arrived.length} receipts where it arrived and ${sent.length} where it was sent, or others`;
  const keys = { sourceKey: JSON.parse(receipt.sourceKey) as PublicJwk, targetKey: JSON.parse(receipt.targetKey) as PublicJwk };
  return verifyTransferReceipt(receipt.text, keys).then(() => undefined, (error: unknown) => `the receipt: ${String(error)}`);
}

async function restoredWrongly(bed: FaultBed, copyId: string, siteId: SiteId): Promise<string | undefined> {
  await operationSuccess(bed.hub, await restoreCopyAt(bed.hub, copyId, siteId, restoredName));
  const [id] = await restoredInstances(bed);
  const wrong = await bed.wrongData(id!);
  await operationSuccess(bed.hub, await deleteApp(bed.hub, id!));
  return wrong;
}
