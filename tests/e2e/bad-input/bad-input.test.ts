import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { JoinToken } from '@ocopea/security';
import { ocopea, type EndedOperation } from '@ocopea/test-support';
import { parse } from 'graphql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogueOf, rowsOf, type Catalogue } from './catalogue.js';
import { commandCases, openCommandPlaces, type CommandPlaces } from './commands.js';
import { aChunkOf } from './damage.js';
import { deploymentCases } from './deployments.js';
import { expectFitForPeople } from './expectations.js';
import { graphCases } from './graph-cases.js';
import { httpCases } from './http-cases.js';
import { registrationCases, withAddress } from './registrations.js';
import { Scene, type Door, type GraphAnswer } from './scene.js';
import { allSecrets, exposed, filesOf, leaks, logsIn } from './secrets.js';
import { mountSmallDisk } from './small-disk.js';
import { goodHubToken, tokenCases } from './tokens.js';
import { chunk, frame, grantCases, publication, receivePart, signedPublication, transfer, type ExpectedPart } from './transfer.js';

vi.setConfig({ testTimeout: 180_000 });

let scene: Scene;
beforeAll(async () => {
  scene = await Scene.open();
}, 300_000);
afterAll(() => scene?.[Symbol.asyncDispose]());

const atDoors = <Case extends { readonly at?: readonly Door[] }>(cases: readonly Case[]) => cases.flatMap((one) => (one.at ?? ['hub' as const]).map((door) => ({ ...one, door })));

function expectRefusal({ errors }: GraphAnswer, code: string, message = /./): void {
  expect(errors?.map(({ extensions }) => extensions.code)).toContain(code);
  for (const error of errors!) expectFitForPeople(error.message, scene);
  expect(errors![0]!.message).toMatch(message);
}

/** Each test of the group must leave all rows as they were, and all together the folders and processes too. */
function expectAllAsBefore(): void {
  let before: Catalogue;
  beforeAll(async () => {
    before = await catalogueOf(scene);
  });
  afterEach(async () => expect(await rowsOf(scene)).toEqual({ things: before.things, operations: before.operations }));
  afterAll(async () => expect(await catalogueOf(scene)).toEqual(before));
}

/** What there is, whatever operations and transfers there have been. */
async function leftovers(): Promise<Omit<Catalogue, 'operations' | 'sentAhead'>> {
  const { operations: _, sentAhead: __, ...rest } = await catalogueOf(scene);
  return rest;
}

describe('a wrong request to the graph', () => {
  expectAllAsBefore();

  it.each(atDoors(graphCases))('is refused at $door: $what', async ({ ask, door, code, message }) => {
    expectRefusal(await scene.ask(door, ...ask(scene)), code, message);
  });
});

describe('a wrong request over HTTP', () => {
  expectAllAsBefore();

  it.each(atDoors(httpCases.map((one) => ({ ...one, at: ['hub', 'eu-central'] as const }))))('is refused at $door: $what', async ({ door, path = '/graphql', init, status, code, message }) => {
    const answer = await scene.http(door, path, init(`Bearer ${scene.token}`));
    expect(answer.status).toBe(status);
    expectRefusal(JSON.parse(answer.text) as GraphAnswer, code, message);
  });
});

describe('a wrong token', () => {
  expectAllAsBefore();

  it.each(atDoors(tokenCases))('is refused at $door: $what', async ({ door, token, code }) => {
    const answer = await scene.ask(door, '{ sites { id } }', {}, await token(scene));
    expect(answer.status).toBe(401);
    expectRefusal(answer, code);
  });

  it('differs from a right one', async () => {
    const token = await goodHubToken(scene);
    scene.secrets.push(token);
    expect(await scene.ask('eu-central', '{ sites { id } }', {}, token)).toMatchObject({ status: 200, data: { sites: [{ id: 'eu-central' }] } });
  });
});

describe('a Site that cannot be registered', () => {
  expectAllAsBefore();
  const register = (url: string, joinToken: string) => scene.mutate('hub', 'registerSite', { url, joinToken }, 'site { id }');

  it.each(registrationCases)('is refused: $what', async (registration) => {
    expectRefusal(await withAddress(registration, scene, (url) => register(url, 'not-the-token')), registration.code, registration.message);
  });

  it('is refused with a token that was used, though it is the right Site', async () => {
    const token = (await new JoinToken(scene.homeOf('us-west')).ensure()).reveal();
    scene.secrets.push(token);
    expect((await register(scene.url('us-west'), token)).errors).toBeUndefined();
    expectRefusal(await register(scene.url('us-west'), token), 'JOIN_TOKEN_REFUSED', /wrong or used already/);
  });
});

describe('a deployment that cannot succeed', () => {
  it.each(deploymentCases)('fails and leaves but its name: $what', async ({ manifest, code, message }) => {
    const before = await leftovers();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { payload, operation } = await scene.work('deployApp', { siteId: 'eu-central', name: 'hopeless', manifest: manifest((taken.address() as AddressInfo).port) }, 'appInstance { id }');
    taken.close();
    expect(operation).toMatchObject({ outcome: 'FAILED', error: { code, message: expect.stringMatching(message) as string }, warnings: [] });
    expectFitForPeople(operation.error!.message, scene);

    const appInstanceId = payload.appInstance.id as string;
    const { data } = await scene.ask('hub', 'query ($id: ID!) { appInstance(id: $id) { phase reason dataServices { id } appServices { id } } }', { id: appInstanceId });
    expect(data.appInstance).toMatchObject({ phase: 'FAILED', reason: operation.error!.message, dataServices: [], appServices: [] });
    expectRefusal(await scene.mutate('hub', 'createCopy', { appInstanceId }), 'CONFLICT', /app instance "hopeless" cannot be copied: it has failed; see its reason/);
    await scene.work('deleteApp', { appInstanceId });
    expect(await leftovers()).toEqual(before);
  });
});

describe('a copy that is deleted', () => {
  it('is not there a second time, for nothing', async () => {
    const before = await leftovers();
    const { payload } = await scene.work('createCopy', { appInstanceId: scene.appInstanceId }, 'copy { id }');
    const copyId = payload.copy.id as string;
    expect((await scene.work('deleteCopy', { copyId })).operation.outcome).toBe('SUCCEEDED');
    expectRefusal(await scene.mutate('hub', 'deleteCopy', { copyId }), 'NOT_FOUND', /no copy/);
    expectRefusal(await scene.mutate('hub', 'verifyCopy', { copyId }), 'NOT_FOUND', /no copy/);
    expectRefusal(await scene.mutate('hub', 'restoreCopyAt', { copyId, siteId: 'us-west', name: 'fresh' }), 'NOT_FOUND', /no copy/);
    expect(await leftovers()).toEqual(before);
  });
});

describe('a copy with a damaged chunk', () => {
  it.each(['flip', 'cut'] as const)('is found out and restored nowhere: %s', async (damage) => {
    const before = await leftovers();
    const { payload } = await scene.work('createCopy', { appInstanceId: scene.appInstanceId }, 'copy { id }');
    const copyId = payload.copy.id as string;
    const { data } = await scene.ask('hub', 'query ($id: ID!) { copy(id: $id) { parts { id } } }', { id: copyId });
    const damaged = await aChunkOf(scene, data.copy.parts[0].id);
    await damaged[damage]();
    try {
      const restored = await scene.work('restoreCopy', { copyId, name: 'from-damage' });
      expectDamage(restored.operation);
      await scene.work('deleteApp', { appInstanceId: restored.operation.subjectId! });
      expectDamage((await scene.work('restoreCopyAt', { copyId, siteId: 'us-west', name: 'from-damage' })).operation);
      expectDamage((await scene.work('verifyCopy', { copyId })).operation);
      for (const [mutation, input] of [['restoreCopy', { copyId, name: 'fresh' }], ['restoreCopyAt', { copyId, siteId: 'us-west', name: 'fresh' }]] as const) {
        expectRefusal(await scene.mutate('hub', mutation, input), 'COPY_NOT_USABLE', /cannot be used: the part of data service "db" is damaged/);
      }
    } finally {
      await damaged.mend();
    }
    await scene.work('deleteCopy', { copyId });
    expect(await leftovers()).toEqual(before);
  });

  function expectDamage({ outcome, error }: EndedOperation): void {
    expect({ outcome, code: error?.code }).toEqual({ outcome: 'FAILED', code: 'CORRUPT_DATA' });
    expectFitForPeople(error!.message, scene);
  }
});

describe('a repository on a full disk', () => {
  it('takes no part of a copy, says so, and is as empty as before', async ({ skip }) => {
    const disk = await mountSmallDisk(join(scene.homeOf('eu-central'), 'copies/data/small'));
    if (typeof disk === 'string') return skip(disk);
    await using _ = disk;
    const input = { brokerId: scene.brokers.get('COPY_REPOSITORY'), name: 'small', properties: [{ name: 'path', value: 'small' }] };
    const added = await scene.mutate('hub', 'addCopyRepository', input, 'copyRepository { id }');
    const repositoryId = added.data.addCopyRepository.copyRepository.id as string;
    const before = await leftovers();
    const { payload, operation } = await scene.work('createCopy', { appInstanceId: scene.appInstanceId, repositoryId }, 'copy { id }');
    expect(operation).toMatchObject({ outcome: 'FAILED', error: { code: 'CAPACITY_EXCEEDED', message: expect.stringMatching(/the disk is full; delete copies or give the repository more room/) as string } });
    expectFitForPeople(operation.error!.message, scene);
    await scene.work('deleteCopy', { copyId: payload.copy.id });
    expect(await leftovers()).toEqual(before);
  });
});

describe('a request under a Grant', () => {
  let parts: [ExpectedPart, ExpectedPart];
  beforeAll(async () => {
    parts = [await receivePart(scene, '000000000001'), await receivePart(scene, '000000000002')];
    // What the Site gave out it says once, to the one who asked.
    scene.heard.splice(-2);
    scene.secrets.push(...parts.map(({ grant }) => grant));
  });

  describe('that does not fit it', () => {
    expectAllAsBefore();

    it.each(grantCases)('is refused: $what', async ({ send, status, code, message }) => {
      const answer = await send(scene, ...parts);
      expect(answer).toMatchObject({ status, error: { code } });
      expect(answer.error!.message).toMatch(message);
      expectFitForPeople(answer.error!.message, scene);
    });
  });

  it('is refused once the Grant is used up', async () => {
    const [part] = parts;
    const { path, grant, copyId } = part;
    expect(await transfer(scene, `${path}/chunks`, grant, frame(chunk))).toEqual({ status: 200 });
    const unsigned = { status: 400, error: { code: 'INVALID_REQUEST', message: expect.stringContaining('what the sender signed for the receipt') as string } };
    expect(await transfer(scene, `${path}/publish`, grant, publication())).toMatchObject(unsigned);
    expect(await transfer(scene, `${path}/publish`, grant, await signedPublication(scene, part))).toEqual({ status: 200 });
    for (const [action, body] of [['chunks', frame(chunk)], ['missing', Buffer.alloc(32)]] as const) {
      expect(await transfer(scene, `${path}/${action}`, grant, body)).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED', message: expect.stringContaining('used up') as string } });
    }
    await scene.work('deleteCopy', { copyId });
  });

  it('is refused once its copy is gone', async () => {
    const [, { path, grant, copyId }] = parts;
    await scene.work('deleteCopy', { copyId });
    expect(await transfer(scene, `${path}/chunks`, grant, frame(chunk))).toMatchObject({ status: 403, error: { code: 'GRANT_REFUSED', message: expect.stringContaining('is not wanted any more') as string } });
  });
});

describe('a mistake on the command line', () => {
  let places: CommandPlaces;
  beforeAll(async () => {
    places = await openCommandPlaces();
  });
  afterAll(() => places?.[Symbol.asyncDispose]());

  it.concurrent.each(commandCases)('is told in one line: $what', async ({ args, environment, code, message }) => {
    const run = await ocopea(args(places), { OCOPEA_HOME: scene.fabric.home, OCOPEA_PORT: String(scene.fabric.port), ...environment });
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toMatch(message);
    expect(run.stderr).toMatch(/^error: [^\n]+\n(\(ocopea --help tells more\)\n| {2}OCOPEA_PORT: [^\n]+\n)?$/);
    expect(run.stderr).not.toMatch(/\n\s+at |undefined/);
  });
});

describe('a Site that does not answer', () => {
  it('is nowhere to restore at, told before a byte moves', async () => {
    const before = await catalogueOf(scene);
    const restoring = scene.fabric.kill('us-west').then(() => scene.mutate('hub', 'restoreCopyAt', { copyId: scene.copyId, siteId: 'us-west', name: 'fresh' }));
    const [answer] = await Promise.all([restoring, untilBack('us-west')]);
    expectRefusal(answer, 'SITE_UNAVAILABLE', /Site "us-west"/);
    expect(await catalogueOf(scene)).toEqual(before);
  });
});

describe('secrets', () => {
  it('are in no answer, no event and no log, and in no file that others can read', async () => {
    const files = await filesOf(scene.fabric.home);
    const secrets = allSecrets(scene, files);
    const logs = logsIn(files);
    expect(secrets.length).toBeGreaterThan(12);
    expect(scene.heard.length).toBeGreaterThan(500);
    expect(logs.map(({ text }) => text.length).reduce((sum, length) => sum + length)).toBeGreaterThan(10_000);
    expect(leaks(secrets, { answers: scene.heard.join('\n'), output: scene.fabric.output, ...Object.fromEntries(logs.map(({ path, text }) => [path, text])) })).toEqual([]);
    expect(exposed(secrets, files)).toEqual([]);
    // What is looked for is found where it is: the token's own file.
    expect(leaks(secrets, Object.fromEntries(files.map(({ path, text }) => [path, text])))).toContain(join(scene.fabric.home, 'admin.token'));
  });
});

/** Resolves when a Site has gone and come back, as subscribers are told. */
async function untilBack(id: string): Promise<void> {
  const document = parse('subscription ($sites: [ID!]) { siteConnectionChanged(sites: $sites) { to cursor } }') as unknown as TypedDocumentNode<{ siteConnectionChanged: { to: string } }, { sites: string[] }>;
  let wasAway = false;
  for await (const { siteConnectionChanged } of scene.hub.subscribe(document, { sites: [id] }, { signal: AbortSignal.timeout(120_000) })) {
    wasAway ||= siteConnectionChanged.to !== 'CONNECTED';
    if (wasAway && siteConnectionChanged.to === 'CONNECTED') return;
  }
  throw new Error(`Site ${id} did not come back in time`);
}
