import { connect } from '@ocopea/data-service-memory';
import { createMemoryPaasBroker, type MemoryArtifact, type MemoryCommand } from '@ocopea/paas-memory';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, pairsManifest, restoreCopyDocument } from '../../testing/documents.js';
import { pairsApp } from '../../testing/pairs-app.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;
let appInstanceId: string;
/** What commands did and saw, in order. */
const events: string[] = [];
/** What a command answers or throws next, by its name. @default 0 */
const codes = new Map<string, number>();
let hanging: (() => void) | undefined;

const command =
  (name: string): MemoryCommand =>
  async ({ environment, print }) => {
    events.push(name);
    print('out', `${name} for ${environment['OCOPEA_HOOK_EVENT']} of ${environment['OCOPEA_APP_NAME']}, with ${environment['DB_URI']}`);
    return codes.get(name) ?? 0;
  };
const hookedApp: MemoryArtifact = {
  ...pairsApp,
  start: (host) => {
    const session = connect({ values: { uri: host.environment['DB_URI'] ?? '' } });
    void session.get('masked').then((masked) => events.push(`start${masked === undefined ? '' : ` masked by ${masked}`}`));
    return pairsApp.start(host);
  },
  commands: {
    freeze: command('freeze'),
    thaw: command('thaw'),
    greet: command('greet'),
    hang: async ({ signal }) => {
      events.push('hang');
      hanging?.();
      const code = codes.get('hang');
      if (code !== undefined) return code;
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(1), { once: true }));
    },
  },
};
const freeze = { name: 'freeze', event: 'BEFORE_COPY', service: 'web', command: 'freeze', holdsWrites: true };
const thaw = { name: 'thaw', event: 'AFTER_COPY', service: 'web', command: 'thaw' };

beforeAll(async () => {
  site = await TestSite.start({ brokers: { paas: createMemoryPaasBroker({ artifacts: [hookedApp] }) } });
  appInstanceId = (await deploy('source')).appInstance.id;
});
afterAll(() => site?.remove());
beforeEach(() => {
  events.length = 0;
  codes.clear();
  hanging = undefined;
});

const deploy = async (name: string, hooks: object[] = []): Promise<Loose> =>
  (await site.client.run(deployDocument, { input: { siteId: site.siteId, name, manifest: { ...pairsManifest, hooks } } })).payload;
const setDocument = `mutation ($input: UpdateAppHooksInput!) { updateAppHooks(input: $input) { appInstance { manifest { hooks { name event service command statements deadlineMs onFailure holdsWrites } } } } }`;
const setHooks = async (...hooks: object[]): Promise<Loose> => (await site.client.get(setDocument, { input: { appInstanceId, hooks } })).updateAppHooks.appInstance.manifest.hooks;
const copyDocument = `query ($id: ID!) { copy(id: $id) { outcome usable consistency consistencyAsked hooksAttempted hooksFailed parts { id } error { code message } manifest { hooks { name } }
  hookRuns { operationId hook event service outcome startedAt finishedAt problem output } } }`;
const read = async (id: string): Promise<Loose> => (await site.client.get(copyDocument, { id })).copy;
const take = async (consistency = 'APPLICATION'): Promise<{ operation: Loose; copy: Loose; copyId: string }> => {
  const { payload, operation } = await site.client.run(createCopyDocument, { input: { appInstanceId, consistency } });
  return { operation, copyId: payload.copy.id, copy: await read(payload.copy.id) };
};
const outcomes = ({ hookRuns }: Loose): string[] => hookRuns.map(({ hook, outcome }: Loose) => `${hook} ${outcome}`);
const storedParts = async () => (await site.brokers.copyRepository.listParts((await site.brokers.copyRepository.listRepositories())[0]!)).items.length;

/** Stops the Site while the hook before the copy runs, which hangs the first time only. */
const stopInFreeze = async (): Promise<Loose> => {
  await setHooks({ ...freeze, command: 'hang' }, thaw);
  const hangs = new Promise<void>((resolve) => (hanging = resolve));
  const begun = await site.client.get(createCopyDocument, { input: { appInstanceId } });
  await hangs;
  codes.set('hang', 0);
  await site.stop();
  return begun;
};

describe('hooks around a copy', () => {
  it('run right before and after the consistency point, and are recorded with what they said, without secrets', async () => {
    await setHooks({ name: 'note', event: 'BEFORE_COPY', service: 'db', statements: 'put note before\nsay noted' }, freeze, thaw, { ...thaw, name: 'greet', command: 'greet', onFailure: 'CONTINUE' });
    const { operation, copy, copyId } = await take();
    expect(operation).toMatchObject({ outcome: 'SUCCEEDED', warnings: [] });
    expect(copy).toMatchObject({ usable: true, consistency: 'APPLICATION', consistencyAsked: 'APPLICATION', hooksAttempted: 4, hooksFailed: 0, manifest: { hooks: [{ name: 'note' }, { name: 'freeze' }, { name: 'thaw' }, { name: 'greet' }] } });
    expect(outcomes(copy)).toEqual(['note SUCCEEDED', 'freeze SUCCEEDED', 'thaw SUCCEEDED', 'greet SUCCEEDED']);
    expect(copy.hookRuns[0]).toMatchObject({ operationId: operation.id, event: 'BEFORE_COPY', service: 'db', output: 'noted', problem: null });
    expect(copy.hookRuns[1].output).toBe('freeze for BEFORE_COPY of source, with ***');
    expect(events).toEqual(['freeze', 'thaw', 'greet']);

    const listed = async (filter: object) => (await site.client.get('query ($filter: CopyFilter) { copies(filter: $filter) { edges { node { id } } } }', { filter })).copies.edges.map(({ node }: Loose) => node.id);
    expect(await listed({ consistency: 'APPLICATION', hooksFailed: false })).toContain(copyId);
    expect(await listed({ consistency: 'CRASH' })).not.toContain(copyId);
  });

  it('have done their work for what is in the copy, and not for what is not', async () => {
    await setHooks({ name: 'one', event: 'BEFORE_COPY', service: 'db', statements: 'put moment before' }, { name: 'two', event: 'AFTER_COPY', service: 'db', statements: 'put moment after' });
    const { copyId } = await take('CRASH');
    const { payload } = await site.client.run(restoreCopyDocument, { input: { copyId, name: 'restored-moment' } });
    const { appInstance } = await site.client.get('query ($id: ID!) { appInstance(id: $id) { entryPointUrl } }', { id: payload.appInstance.id });
    expect(await (await fetch(new URL('moment', appInstance.entryPointUrl))).text()).toBe('before');
  });

  it.each([
    ['fails', () => codes.set('freeze', 7), freeze, 'FAILED', 'it ended with exit code 7'],
    ['is late', () => undefined, { ...freeze, command: 'hang', deadlineMs: 200 }, 'LATE', 'it had not ended after 200 ms, and was ended'],
  ])('one before the copy that %s fails it, where it says so: nothing is left, and the application is let go', async (_, prepare, hook, outcome, problem) => {
    prepare();
    await setHooks(hook, thaw);
    const before = await storedParts();
    const { operation, copy } = await take();
    expect(operation).toMatchObject({ outcome: 'FAILED', warnings: [], error: { code: 'HOOK_FAILED', message: expect.stringContaining(`hook "freeze" in service "web" did not succeed: ${problem}`) } });
    expect(copy).toMatchObject({ outcome: 'FAILED', usable: false, parts: [], hooksAttempted: 2, hooksFailed: 1, error: { code: 'HOOK_FAILED' } });
    expect(outcomes(copy)).toEqual([`freeze ${outcome}`, 'thaw SUCCEEDED']);
    expect(await storedParts()).toBe(before);
  });

  it('one before the copy that fails does not stop it, where it says so; APPLICATION is not reached then', async () => {
    codes.set('freeze', 1);
    await setHooks({ ...freeze, onFailure: 'CONTINUE' }, thaw);
    const { operation, copy } = await take();
    expect(operation).toMatchObject({ outcome: 'SUCCEEDED_WITH_WARNINGS', warnings: expect.arrayContaining(['hook "freeze" in service "web" did not succeed: it ended with exit code 1', 'consistency APPLICATION was asked for and CRASH was reached']) });
    expect(copy).toMatchObject({ usable: true, consistency: 'CRASH', consistencyAsked: 'APPLICATION', hooksAttempted: 2, hooksFailed: 1 });
  });

  it('one after the copy that fails is tried once more when it fails the copy, and named when it does not', async () => {
    codes.set('thaw', 1);
    await setHooks(freeze, thaw);
    const failed = await take();
    expect(failed.operation).toMatchObject({ outcome: 'FAILED', error: { code: 'HOOK_FAILED' }, warnings: [expect.stringContaining('hook "thaw"')] });
    expect(failed.copy).toMatchObject({ usable: false, parts: [] });
    expect(outcomes(failed.copy)).toEqual(['freeze SUCCEEDED', 'thaw FAILED', 'thaw FAILED']);

    await setHooks(freeze, { ...thaw, onFailure: 'CONTINUE' });
    const warned = await take();
    expect(warned.operation).toMatchObject({ outcome: 'SUCCEEDED_WITH_WARNINGS', warnings: [expect.stringContaining('hook "thaw"')] });
    expect(warned.copy).toMatchObject({ usable: true, consistency: 'APPLICATION', hooksAttempted: 2, hooksFailed: 1 });
  });

  it('a cancel ends the hook that runs, and lets the application go', async () => {
    await setHooks({ ...freeze, command: 'hang' }, thaw);
    const before = await storedParts();
    const hangs = new Promise<void>((resolve) => (hanging = resolve));
    const { createCopy } = await site.client.get(createCopyDocument, { input: { appInstanceId } });
    await hangs;
    await site.client.get('mutation ($input: CancelOperationInput!) { cancelOperation(input: $input) { operation { id } } }', { input: { operationId: createCopy.operation.id } });
    expect(await site.client.ended(createCopy.operation.id)).toMatchObject({ outcome: 'CANCELLED', warnings: [] });
    const copy = await read(createCopy.copy.id);
    expect(copy).toMatchObject({ outcome: 'CANCELLED', parts: [] });
    expect(outcomes(copy)).toEqual(['freeze CANCELLED', 'thaw SUCCEEDED']);
    expect(await storedParts()).toBe(before);
  });

  it('a Site that is stopped in the middle lets the application go, and begins anew when it is back', async () => {
    const { createCopy } = await stopInFreeze();
    expect(events.at(-1)).toBe('thaw');
    await site.startAgain();
    await site.reconciled();
    expect(await site.client.ended(createCopy.operation.id)).toMatchObject({ outcome: 'SUCCEEDED' });
    const copy = await read(createCopy.copy.id);
    expect(outcomes(copy)).toEqual(['freeze CANCELLED', 'thaw SUCCEEDED', 'freeze SUCCEEDED', 'thaw SUCCEEDED']);
  });

  it('what a killed Site owed the application is run first, once, before anything begins anew', async () => {
    const { createCopy } = await stopInFreeze();
    // As SIGKILL in the middle of the hook after the copy would have left it.
    await site.rows(`UPDATE copies SET hooks_owed_since = (SELECT min(started_at) FROM copy_hook_runs WHERE copy_id = $1) WHERE id = $1`, [createCopy.copy.id]);
    await site.rows(`UPDATE copy_hook_runs SET outcome = 'RUNNING' WHERE copy_id = $1 AND event = 'AFTER_COPY'`, [createCopy.copy.id]);
    events.length = 0;
    await site.startAgain();
    expect(await site.client.ended(createCopy.operation.id)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(outcomes(await read(createCopy.copy.id))).toEqual(['freeze CANCELLED', 'thaw INTERRUPTED', 'thaw SUCCEEDED', 'freeze SUCCEEDED', 'thaw SUCCEEDED']);
    expect(events.filter((event) => event !== 'start')).toEqual(['thaw', 'hang', 'thaw']);
  });

  it('one copy with hooks at a time; the other is refused with the operation that is at it', async () => {
    await setHooks({ ...freeze, command: 'hang' }, thaw);
    const hangs = new Promise<void>((resolve) => (hanging = resolve));
    const { createCopy } = await site.client.get(createCopyDocument, { input: { appInstanceId } });
    await hangs;
    expect(await site.client.refusal(createCopyDocument, { input: { appInstanceId } })).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(createCopy.operation.id) });
    await site.client.get('mutation ($input: CancelOperationInput!) { cancelOperation(input: $input) { operation { id } } }', { input: { operationId: createCopy.operation.id } });
    await site.client.ended(createCopy.operation.id);
  });

  it('are not run in an app service that is stopped, and nobody is told that they were', async () => {
    await setHooks(freeze, thaw);
    const mutate = (verb: string) => site.client.run(`mutation ($input: ${verb[0]!.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { operation { id } } }`, { input: { appInstanceId } });
    await mutate('stopApp');
    events.length = 0;
    const { copy } = await take();
    expect(copy).toMatchObject({ usable: true, hooksAttempted: 0, hooksFailed: 0 });
    expect(outcomes(copy)).toEqual(['freeze SKIPPED', 'thaw SKIPPED']);
    expect(events).toEqual([]);
    await mutate('startApp');
  });
});

describe('hooks after a restore', () => {
  const mask = { name: 'mask', event: 'AFTER_RESTORE', service: 'db', statements: 'put masked hook' };
  const greet = { name: 'greet', event: 'AFTER_RESTORE', service: 'web', command: 'greet' };
  const restore = async (copyId: string, name: string) => site.client.run(restoreCopyDocument, { input: { copyId, name } });

  it('statements run before the application starts, commands when it runs, and the copy has the evidence', async () => {
    await setHooks(greet, mask);
    const { copyId, copy } = await take();
    expect(copy).toMatchObject({ hooksAttempted: 0 });
    events.length = 0;
    const { operation } = await restore(copyId, 'greeted');
    expect(operation).toMatchObject({ outcome: 'SUCCEEDED', warnings: [] });
    expect(events).toEqual(['start masked by hook', 'greet']);
    expect(outcomes(await read(copyId))).toEqual(['mask SUCCEEDED', 'greet SUCCEEDED']);
  });

  it('one that fails takes the restored application back, or is named, as it says', async () => {
    codes.set('greet', 1);
    await setHooks(greet);
    const { copyId } = await take();
    const failed = await restore(copyId, 'ungreeted');
    expect(failed.operation).toMatchObject({ outcome: 'FAILED', error: { code: 'HOOK_FAILED' }, warnings: [] });
    const { appInstance } = await site.client.get('query ($id: ID!) { appInstance(id: $id) { phase reason dataServices { id } appServices { id } } }', { id: failed.payload.appInstance.id });
    expect(appInstance).toMatchObject({ phase: 'FAILED', reason: expect.stringContaining('hook "greet"'), dataServices: [], appServices: [] });

    await setHooks({ ...greet, onFailure: 'CONTINUE' });
    const other = await take();
    expect((await restore(other.copyId, 'ungreeted')).operation).toMatchObject({ outcome: 'SUCCEEDED_WITH_WARNINGS', warnings: [expect.stringContaining('hook "greet"')] });
    expect(await read(other.copyId)).toMatchObject({ hooksAttempted: 1, hooksFailed: 1 });
  });
});

describe('the declaration of hooks', () => {
  it('is shown as it was given, with its defaults, and can be taken away', async () => {
    expect(await setHooks(freeze, { name: 'note', event: 'AFTER_COPY', service: 'web', command: 'thaw', deadlineMs: 500, onFailure: 'CONTINUE' })).toEqual([
      { name: 'freeze', event: 'BEFORE_COPY', service: 'web', command: 'freeze', statements: null, deadlineMs: 30_000, onFailure: 'FAIL', holdsWrites: true },
      { name: 'note', event: 'AFTER_COPY', service: 'web', command: 'thaw', statements: null, deadlineMs: 500, onFailure: 'CONTINUE', holdsWrites: false },
    ]);
    expect(await setHooks()).toEqual([]);
  });

  it.each<[string, object[], RegExp]>([
    ['a name twice', [thaw, thaw], /"thaw" is given to two hooks/],
    ['a name that is none', [{ ...thaw, name: 'Thaw!' }], /"Thaw!" is not a lower-case DNS label/],
    ['a service that is none', [{ ...thaw, service: 'nobody' }], /"nobody", and no service has this name/],
    ['neither command nor statements', [{ ...thaw, command: null }], /either a command or statements/],
    ['both', [{ ...thaw, statements: 'put a b' }], /either a command or statements/],
    ['a command for a data service', [{ ...thaw, service: 'db' }], /a command for data service "db"; give it statements/],
    ['statements for an app service', [{ ...thaw, command: null, statements: 'put a b' }], /statements for app service "web"; give it a command/],
    ['a command line', [{ ...thaw, command: 'rm -rf /' }], /which is no name: artifacts declare commands by name/],
    ['a command that the artifact does not declare', [{ ...thaw, command: 'melt' }], /"melt", which artifact "pairs" 1.0.0 does not declare; it declares freeze, thaw, greet, hang/],
    ['empty statements', [{ ...thaw, service: 'db', command: null, statements: ' ' }], /statements that are empty/],
    ['statements of a novel', [{ ...thaw, service: 'db', command: null, statements: 'x'.repeat(20_000) }], /20000 characters, at most 16384/],
    ['no time', [{ ...thaw, deadlineMs: 0 }], /deadline of 0 ms: 100 to 600000/],
    ['all the time', [{ ...thaw, deadlineMs: 86_400_000 }], /100 to 600000/],
    ['too many', Array.from({ length: 33 }, (_, index) => ({ ...thaw, name: `thaw-${index}` })), /33 hooks, at most 32/],
    ['a hold that nobody ends', [freeze], /no hook after a copy lets service "web" go on/],
    ['a hold after the copy', [{ ...thaw, holdsWrites: true }], /is not before a copy/],
  ])('is refused with %s, when it is changed and when the application is deployed', async (_, hooks, message) => {
    const refused = { code: 'MANIFEST_INVALID', message: expect.stringMatching(message) as string };
    expect(await site.client.refusal(setDocument, { input: { appInstanceId, hooks } })).toMatchObject(refused);
    expect(await site.client.refusal(deployDocument, { input: { siteId: site.siteId, name: 'refused', manifest: { ...pairsManifest, hooks } } })).toMatchObject(refused);
  });
});
