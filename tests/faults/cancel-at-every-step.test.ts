import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { CancelOperationDocument, CopyDocument, DeleteAppDocument, DeleteCopyDocument, OperationDocument, type OcopeaClient } from '@ocopea/sdk';
import { operationEnd, operationSuccess, type EndedOperation, type Fabric } from '@ocopea/test-support';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StepStops, type Moment } from './step-stops.js';
import { tracesOf, type Traces } from './traces.js';
import { Vault } from './vault.js';

const deadlineMs = 900_000;
const restoreCopy = parse('mutation ($input: RestoreCopyInput!) { restoreCopy(input: $input) { operation { id } appInstance { id } } }') as TypedDocumentNode<
  { restoreCopy: { operation: { id: string }; appInstance: { id: string } } },
  { input: { copyId: string; name: string } }
>;
const sendCopy = parse('mutation ($input: SendCopyInput!) { sendCopy(input: $input) { operation { id } } }') as TypedDocumentNode<
  { sendCopy: { operation: { id: string } } },
  { input: { copyId: string; repositoryId: string } }
>;
const repositories = parse('{ copyRepositories(sites: ["us-west"]) { id } }') as TypedDocumentNode<{ copyRepositories: { id: string }[] }, Record<string, never>>;

interface Begun {
  readonly operationId: string;
  /** What it is about: the copy, or the new instance. */
  readonly subjectId: string;
}

interface Cancellable {
  /** Whose operation it is. */
  readonly owner: 'hub' | 'eu-central';
  /** Begins one. */
  begin(): Promise<Begun>;
  /** What holds after a cancel at any step; removes what is rightly left, such as the record that it was cancelled. */
  expectCancelled(begun: Begun, operation: EndedOperation): Promise<void>;
  /** Removes what one that was not cancelled has made. */
  takeBack(begun: Begun): Promise<void>;
}

describe('a cancel at any step', { timeout: deadlineMs }, () => {
  let fabric: Fabric;
  let hub: OcopeaClient;
  let site: OcopeaClient;
  let vault: Vault;
  /** The source and one copy of it. */
  let untouched: Traces;
  let copyId: string;
  let repositoryId: string;

  beforeAll(async () => {
    fabric = await Vault.startFabric();
    hub = await fabric.hub();
    site = await fabric.site('eu-central');
    vault = await Vault.deploy(hub);
    repositoryId = (await hub.request(repositories, {})).copyRepositories[0]!.id;
    copyId = await takeCopy();
    untouched = await tracesOf(fabric);
  }, deadlineMs);
  afterAll(async () => {
    await site?.close();
    await hub?.close();
    await fabric?.[Symbol.asyncDispose]();
  }, deadlineMs);

  const takeCopy = async () => {
    const begun = await vault.createCopy();
    await operationSuccess(hub, begun.operationId);
    return begun.copyId;
  };
  const deleteCopy = async (id: string) => {
    const begun = await hub.request(DeleteCopyDocument, { input: { copyId: id, evenIfDependedOn: true } });
    return begun.deleteCopy.operation.id;
  };
  const removeCopy = async (id: string) => void (await operationSuccess(hub, await deleteCopy(id)));
  const deleteApp = async (appInstanceId: string) => {
    const { deleteApp: begun } = await hub.request(DeleteAppDocument, { input: { appInstanceId } });
    await operationSuccess(hub, begun.operation.id);
  };
  const copyOf = async (id: string) => (await hub.request(CopyDocument, { id })).copy;

  const cancellables: Record<string, Cancellable> = {
    createCopy: {
      owner: 'eu-central',
      begin: async () => {
        const begun = await vault.createCopy();
        return { operationId: begun.operationId, subjectId: begun.copyId };
      },
      expectCancelled: async ({ subjectId }, { warnings }) => {
        expect(warnings).toEqual([]);
        expect(await copyOf(subjectId)).toMatchObject({ phase: 'DONE', outcome: 'CANCELLED', usable: false, parts: [], error: { code: 'CANCELLED' } });
        await removeCopy(subjectId);
      },
      takeBack: ({ subjectId }) => removeCopy(subjectId),
    },
    deleteCopy: {
      owner: 'eu-central',
      begin: async () => {
        const subjectId = await takeCopy();
        return { operationId: await deleteCopy(subjectId), subjectId };
      },
      expectCancelled: async ({ subjectId }) => {
        expect(await copyOf(subjectId)).toMatchObject({ usable: false, error: { message: expect.stringContaining('delete it again') } });
        await removeCopy(subjectId);
      },
      takeBack: async ({ subjectId }) => expect(await copyOf(subjectId)).toBeNull(),
    },
    restoreCopy: {
      owner: 'eu-central',
      begin: async () => {
        const begun = (await site.request(restoreCopy, { input: { copyId, name: 'restored' } })).restoreCopy;
        return { operationId: begun.operation.id, subjectId: begun.appInstance.id };
      },
      expectCancelled: async ({ subjectId }, { warnings }) => {
        expect(warnings).toEqual([]);
        const { appInstances, ...traces } = await tracesOf(fabric);
        expect(appInstances).toContain(`restored FAILED ${subjectId}`);
        expect({ ...traces, packs: untouched.packs }).toEqual({ ...untouched, appInstances: undefined });
        await deleteApp(subjectId);
      },
      takeBack: ({ subjectId }) => deleteApp(subjectId),
    },
    sendCopy: {
      owner: 'hub',
      begin: async () => {
        const { operation } = (await hub.request(sendCopy, { input: { copyId, repositoryId } })).sendCopy;
        return { operationId: operation.id, subjectId: '' };
      },
      expectCancelled: async (_, { warnings }) => {
        // A copy that had wholly arrived is worth keeping, and named; anything less is gone.
        const arrived = (await tracesOf(fabric)).copies.filter((copy) => copy.startsWith('us-west.'));
        expect(warnings).toEqual(arrived.map((copy) => expect.stringContaining(copy.split(' ')[0]!)));
        expect(arrived.filter((copy) => !copy.endsWith(' usable'))).toEqual([]);
        for (const copy of arrived) await removeCopy(copy.split(' ')[0]!);
      },
      takeBack: async ({ operationId }) => {
        const { operation } = await hub.request(OperationDocument, { id: operationId });
        await removeCopy(operation!.subjectId!);
      },
    },
  };

  it.each(Object.keys(cancellables))('of %s ends it with a code, leaves nothing, and lets the application be', async (kind) => {
    const { owner, begin, expectCancelled, takeBack } = cancellables[kind]!;
    const whole = await begin();
    const { steps } = await operationSuccess(hub, whole.operationId);
    await takeBack(whole);
    const expectTraces = () => expect.poll(() => tracesOf(fabric), { timeout: 60_000, interval: 500 }).toEqual(untouched);
    await expectTraces();

    await using stops = await StepStops.open(fabric.home, owner);
    const tried: string[] = [];
    for (const { name } of steps) {
      for (const moment of ['in', 'after'] satisfies Moment[]) {
        await stops.at(name, moment);
        const begun = await begin();
        await stops.stopped();
        const cancelling = hub.request(CancelOperationDocument, { input: { operationId: begun.operationId } });
        // One that comes at the beginning waits until the step is written down.
        await (moment === 'in' ? stops.cancelWaits() : cancelling);
        await stops.goOn();
        await cancelling;
        const operation = await operationEnd(hub, begun.operationId, deadlineMs);
        expect(operation, `${moment} "${name}"`).toMatchObject({ outcome: 'CANCELLED', error: { code: 'CANCELLED' } });
        await expectCancelled(begun, operation);
        await expectTraces();
        expect(await vault.state()).toBe('open');
        tried.push(`${moment} ${name}`);
      }
    }
    expect(tried).toHaveLength(2 * steps.length);
  });
});
