import { CopyDocument } from '@ocopea/sdk';
import { operationEnd, operationSuccess, Visitor, type EndedOperation } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadDay } from './bad-day.js';
import { Subscribers } from './subscribers.js';
import { tracesOf, workloadsOf, type Traces } from './traces.js';

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
    const [repository] = untouched.files.filter((name) => /^eu-central\/copies\/data\//.test(name));
    expect(withCopy).toEqual({
      ...untouched,
      files: [...untouched.files, `${repository}/parts/${copy!.parts[0]!.id}.part`].sort(),
      chunks: { 'eu-central': expect.any(Number), 'us-west': 0 },
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
});
