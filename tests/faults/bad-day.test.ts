import { CopyDocument } from '@ocopea/sdk';
import { operationEnd, operationSuccess, processesOf, Visitor, type EndedOperation } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadDay } from './bad-day.js';
import { Subscribers } from './subscribers.js';
import { tracesOf, workloadsOf, type Traces } from './traces.js';
import { untilMiddle } from './until-middle.js';

/** For a case; what it waits for has shorter ones. */
const deadlineMs = 300_000;
const copying = { kind: 'createCopy', step: 'copy data service', from: 0.05, to: 0.45 };
const sending = { kind: 'pushCopy', step: 'send part' };
const restoring = { kind: 'restoreCopy', step: 'create data service' };

describe('a bad day', { timeout: deadlineMs }, () => {
  let day: BadDay;
  let subscribers: Subscribers;
  /** Nothing but the source. */
  let untouched: Traces;
  let copyId: string;
  /** The source and its copy. */
  let withCopy: Traces;
  const ended: EndedOperation[] = [];

  beforeAll(async () => {
    day = await BadDay.start();
    subscribers = await Subscribers.start(day.fabric);
    untouched = await tracesOf(day.fabric);
  }, deadlineMs);

  afterAll(async () => {
    await subscribers?.stop();
    await day?.[Symbol.asyncDispose]();
  }, deadlineMs);

  const expectTraces = (traces: Traces) => expect.poll(() => tracesOf(day.fabric), { timeout: 30_000, interval: 250 }).toEqual(traces);

  it('kills the source Site while it copies: the copy is made, and the application has not noticed', async () => {
    const workloads = await workloadsOf(day.fabric);
    const visitor = new Visitor(day.source);
    const killed = day.killIn('eu-central', 'eu-central', copying, subscribers.cut);
    const started = await day.createCopy();
    copyId = started.copyId;
    expect(await killed).toBe(started.operationId);
    ended.push(await operationSuccess(day.hub, started.operationId, deadlineMs));
    await visitor.stop();

    expect(await day.attemptsOf(started.operationId, 'copy data service')).toBe(2);
    expect(visitor.signed).toBeGreaterThan(10);
    expect(visitor.refused).toBe(0);
    expect(await workloadsOf(day.fabric)).toEqual(workloads);
    const { copy } = await day.hub.request(CopyDocument, { id: copyId });
    expect(copy).toMatchObject({ usable: true, verifiedAt: expect.any(String), parts: [{ dataService: 'db' }] });

    withCopy = await tracesOf(day.fabric);
    const [repository] = untouched.files.filter((name) => name.startsWith('eu-central/copies/data/'));
    expect(withCopy).toEqual({
      ...untouched,
      files: [...untouched.files, `${repository}/parts/part-${copy!.parts[0]!.id}`].sort(),
      packs: { 'eu-central': expect.any(Number), 'us-west': 0 },
      copies: [`${copyId} DONE SUCCEEDED usable`],
    });
  });

  it('kills the source Site while it sends, and the target Site while it restores', async () => {
    const sourceKilled = day.killIn('eu-central', 'eu-central', sending, subscribers.cut);
    const targetKilled = day.killIn('us-west', 'us-west', restoring, subscribers.cut);
    const operation = await operationSuccess(day.hub, await day.restoreCopyAt(copyId, 'guestbook-2'), deadlineMs);
    expect(await day.attemptsOf(await sourceKilled, 'send part')).toBe(2);
    expect(await day.attemptsOf(await targetKilled, 'create data service')).toBe(2);
    await day.expectSourceData(operation.subjectId!);
    await day.deleteApp(operation.subjectId!);
    await day.deleteCopiesAt('us-west');
    await expectTraces(withCopy);
  });

  it('kills the target Site while the copy is sent, and the Hub while it is restored', async () => {
    const targetKilled = day.killIn('us-west', 'eu-central', sending, subscribers.cut);
    const hubKilled = day.killIn('hub', 'us-west', restoring, subscribers.cut);
    const operationId = await day.restoreCopyAt(copyId, 'guestbook-2');
    await Promise.all([targetKilled, hubKilled]);
    const operation = await operationSuccess(day.hub, operationId, deadlineMs);
    expect(await day.attemptsOf(operationId, 'restore')).toBe(2);
    await day.expectSourceData(operation.subjectId!);
    await day.deleteApp(operation.subjectId!);
    await day.deleteCopiesAt('us-west');
    await expectTraces(withCopy);
  });

  it('kills the Hub while the copy is sent', async () => {
    const hubKilled = day.killIn('hub', 'eu-central', sending, subscribers.cut);
    const operationId = await day.restoreCopyAt(copyId, 'guestbook-2');
    await hubKilled;
    const operation = await operationSuccess(day.hub, operationId, deadlineMs);
    ended.push(operation);
    expect(await day.attemptsOf(operationId, 'send')).toBe(2);
    await day.expectSourceData(operation.subjectId!);
    await day.deleteApp(operation.subjectId!);
    await day.deleteCopiesAt('us-west');
    await expectTraces(withCopy);
  });

  it('cancels a copy while it is taken, which leaves nothing but the record that it was cancelled', async () => {
    const middle = untilMiddle(day.sites['eu-central'], copying);
    const started = await day.createCopy();
    await middle;
    await day.cancel(started.operationId);
    const operation = await operationEnd(day.hub, started.operationId, deadlineMs);
    ended.push(operation);
    expect(operation.outcome).toBe('CANCELLED');
    await expectTraces({ ...withCopy, copies: [...withCopy.copies, `${started.copyId} DONE CANCELLED not usable`].sort() });
    await day.deleteCopy(started.copyId);
    await expectTraces(withCopy);
  });

  it('cancels restoreCopyAt while the copy is sent, which leaves nothing at either Site', async () => {
    const middle = untilMiddle(day.sites['eu-central'], sending);
    const operationId = await day.restoreCopyAt(copyId, 'guestbook-2');
    await middle;
    await day.cancel(operationId);
    expect(await operationEnd(day.hub, operationId, deadlineMs)).toMatchObject({ outcome: 'CANCELLED', warnings: [] });
    await expectTraces(withCopy);
  });

  it('cancels restoreCopyAt while the copy is restored, which leaves the whole copy that arrived, and says so', async () => {
    const middle = untilMiddle(day.sites['us-west'], restoring);
    const operationId = await day.restoreCopyAt(copyId, 'guestbook-2');
    await middle;
    await day.cancel(operationId);
    const operation = await operationEnd(day.hub, operationId, deadlineMs);
    expect(operation).toMatchObject({ outcome: 'CANCELLED', warnings: [expect.stringMatching(/is whole at Site "us-west" and is kept there/)] });
    const { processes, roles, files } = await tracesOf(day.fabric);
    expect({ processes, roles, services: files.filter(isOfServices) }).toEqual({ processes: withCopy.processes, roles: withCopy.roles, services: withCopy.files.filter(isOfServices) });

    // The name is free, and the copy need not be sent again.
    const again = await operationSuccess(day.hub, await day.restoreCopyAt(copyId, 'guestbook-2'), deadlineMs);
    await day.expectSourceData(again.subjectId!);
    await day.deleteApp(again.subjectId!);
    await day.deleteCopiesAt('us-west');
    await expectTraces(withCopy);
  });

  it.each(['hub', 'eu-central', 'us-west'].flatMap((server) => ['operationProgress', 'copyProgress', 'events'].map((stream) => ({ stream, server }))))(
    'made the subscriber to $stream at $server miss nothing and repeat nothing',
    async ({ stream, server }) => {
      const told = ended.filter(({ id, kind }) => (server === 'hub' || id.startsWith(`${server}.`)) && (stream !== 'copyProgress' || kind === 'createCopy'));
      const { connections, got, was } = await subscribers.compare(`${stream} at ${server}`, told);
      expect(connections).toBeGreaterThan(5);
      expect(got).toEqual(was);
    },
  );

  it('kills "up" itself: all it had started stops by itself, and the next one finds everything as it was', async () => {
    const digest = await day.source.digest();
    day.killUp();
    // The database server of the Hub's and the Sites' state stays, for the next one to adopt.
    const remaining = async () => (await processesOf(day.fabric.home)).filter(({ command }) => !command.startsWith('postgres:')).map(({ command }) => command);
    await expect.poll(remaining, { timeout: 60_000, interval: 250 }).toEqual(withCopy.processes.filter(isOfState));
    await day.startAgain();
    await expectFoundAgain(digest);
  });

  it('kills "up" and starts it again at once', async () => {
    const digest = await day.source.digest();
    day.killUp();
    await day.startAgain();
    await expectFoundAgain(digest);
  });

  it('frees all space when the copy is deleted', async () => {
    await day.deleteCopy(copyId);
    await expect.poll(async () => (await tracesOf(day.fabric)).packs, { timeout: 30_000, interval: 250 }).toEqual(untouched.packs);
  });

  const expectFoundAgain = async (digest: object) => {
    // Command lines and ports of applications are new.
    const { processes: _, roles: __, ...lasting } = await tracesOf(day.fabric);
    const { processes: ___, roles: ____, ...wanted } = withCopy;
    expect(lasting).toEqual(wanted);
    expect(await (await day.guestbookOf(day.sourceId)).digest()).toEqual(digest);
  };
});

function isOfState(command: string): boolean {
  return command.endsWith('/postgres/data');
}

function isOfServices(file: string): boolean {
  return /\/(data-services|app-services)\//.test(file);
}
