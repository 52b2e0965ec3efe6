import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { leastBytesPerSecond } from '@ocopea/broker-contract';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { randomContent, sha256, streamOf } from '../test-content.js';
import { withinDeadline } from '../within-deadline.js';
import { bandwidthLimiting, chunked, type CopyRepositoryContext, metadata, MIB } from './copy-repository-context.js';

const bytesPerSecond = 4 * MIB;
/** Of which a broker may have moved one piece ahead of its time: as much as it reads or writes at once. */
const bytes = 8 * MIB;
/** What is written or read at the least limit waits for a minute or two; when this is too short, it ends a little earlier. */
const untilItWaitsMs = 300;
const leastMs = ((bytes - 4 * MIB) / bytesPerSecond) * 1000;

const cases: readonly ConformanceCase<CopyRepositoryContext>[] = [
  {
    name: 'writing is as slow as its limit, but for content that is there already, and reading is not',
    run: async (context) => {
      const content = randomContent(bytes);
      const repositoryId = await context.makeRepository();
      await context.broker.setBandwidth?.(repositoryId, { writeBytesPerSecond: bytesPerSecond });
      await takesAtLeast(leastMs, () => context.put(content, repositoryId));
      // At the least limit it would take two minutes. Taking a limit away forgives what has gone ahead of its time.
      await context.broker.setBandwidth?.(repositoryId, {});
      await context.broker.setBandwidth?.(repositoryId, { writeBytesPerSecond: leastBytesPerSecond });
      const again = await withinDeadline(context.put(content, repositoryId), 'part of what is there already', 60_000);
      await context.assertHolds(again, content);
    },
  },
  {
    name: 'reading and verifying are as slow as their limit, and writing is not',
    run: async (context) => {
      const content = randomContent(bytes);
      const repositoryId = await context.makeRepository();
      await context.broker.setBandwidth?.(repositoryId, { readBytesPerSecond: bytesPerSecond });
      const part = await context.put(content, repositoryId);
      await takesAtLeast(leastMs, () => context.assertHolds(part, content));
      await takesAtLeast(leastMs, async () => assert.equal((await context.broker.verifyPart(part)).intact, true));
    },
  },
  {
    name: 'a limit counts for work under way, and can be taken away',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      await context.broker.setBandwidth?.(repositoryId, { writeBytesPerSecond: leastBytesPerSecond });
      const content = randomContent(bytes);
      const writing = context.broker.writePart(await context.newPart(repositoryId), metadata, streamOf(content));
      await delay(untilItWaitsMs);
      await context.broker.setBandwidth?.(repositoryId, {});
      const part = await withinDeadline(writing, 'part after the limit was taken away');
      await context.assertHolds(part, content);
    },
  },
  {
    name: 'what waits for bandwidth ends at once when it is cancelled, and leaves nothing',
    run: async (context) => {
      const content = randomContent(bytes);
      const repositoryId = await context.makeRepository();
      const part = await context.put(content, repositoryId);
      await context.broker.setBandwidth?.(repositoryId, { writeBytesPerSecond: leastBytesPerSecond, readBytesPerSecond: leastBytesPerSecond });
      const key = await context.newPart(repositoryId);
      const writing = context.broker.writePart(key, metadata, streamOf(randomContent(bytes, 2)), { signal: AbortSignal.timeout(untilItWaitsMs) });
      await withinDeadline(expectBrokerError(writing, 'CANCELLED'), 'end of a write that waits');
      await context.assertAbsent(key);
      const verifying = context.broker.verifyPart(part, { signal: AbortSignal.timeout(untilItWaitsMs) });
      await withinDeadline(expectBrokerError(verifying, 'CANCELLED'), 'end of a verification that waits');
      // The debt of what has ended is forgiven, so that the reader gets its first piece at once.
      await context.broker.setBandwidth?.(repositoryId, {});
      await context.broker.setBandwidth?.(repositoryId, { readBytesPerSecond: leastBytesPerSecond });
      const reading = async (): Promise<void> => {
        for await (const piece of context.broker.readPart(part)) if (piece.length > 0) return;
      };
      await withinDeadline(reading(), 'end of a reader that has enough');
      await context.broker.setBandwidth?.(repositoryId, {});
      await context.assertNothingLeft(repositoryId);
    },
  },
  {
    name: 'chunk calls do not wait, and are counted: reserve says when to go on',
    requires: [chunked],
    run: async (context) => {
      const [repositoryId, forPart] = [await context.makeRepository(), 'sent'];
      const { chunks } = context;
      const reserve = (direction: 'read' | 'write', size: number) => chunks.reserve!({ repositoryId, direction, forPart, bytes: size });
      assert.deepEqual(await reserve('write', MIB), { delayMs: 0, isLimited: false });
      await context.broker.setBandwidth?.(repositoryId, { writeBytesPerSecond: leastBytesPerSecond, readBytesPerSecond: leastBytesPerSecond });
      const content = randomContent(MIB);
      const hash = sha256(content);
      assert.deepEqual(await reserve('write', MIB), { delayMs: 0, isLimited: true });
      await withinDeadline(chunks.writeChunk(repositoryId, hash, content, { forPart }), 'chunk');
      await withinDeadline(chunks.writeChunk(repositoryId, sha256(content.subarray(1)), content.subarray(1), { forPart }), 'chunk that was not reserved for');
      assert.ok((await reserve('write', MIB)).delayMs > 0, 'nobody has to wait, though twice the bytes of 16 seconds were written');
      assert.deepEqual(await reserve('read', MIB), { delayMs: 0, isLimited: true });
      await withinDeadline(chunks.readChunk(repositoryId, hash, { forPart }), 'chunk');
      assert.ok((await reserve('read', MIB)).delayMs > 0, 'nobody has to wait, though the bytes of 16 seconds were read');
      await context.broker.setBandwidth?.(repositoryId, {});
      assert.deepEqual(await reserve('write', MIB), { delayMs: 0, isLimited: false });
      // What was sent for a part is removed with it.
      await chunks.missingChunks(repositoryId, [hash, sha256(content.subarray(1))], { forPart });
      await context.broker.deletePart({ repositoryId, partId: forPart });
    },
  },
  {
    name: 'a bandwidth that is no number, or too low, is INVALID_REQUEST; of an unknown repository it is NOT_FOUND',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      for (const wrong of [0, -1, leastBytesPerSecond - 1, Number.NaN, 1e6 + 0.5]) {
        await expectBrokerError(context.broker.setBandwidth!(repositoryId, { readBytesPerSecond: wrong }), 'INVALID_REQUEST');
        await expectBrokerError(context.broker.setBandwidth!(repositoryId, { writeBytesPerSecond: wrong }), 'INVALID_REQUEST');
      }
      await expectBrokerError(context.broker.setBandwidth!('unknown', {}), 'NOT_FOUND');
    },
  },
];

/** Limits of bandwidth. */
export const bandwidthCases = cases.map((one): ConformanceCase<CopyRepositoryContext> => ({ ...one, requires: [bandwidthLimiting, ...(one.requires ?? [])] }));

async function takesAtLeast(ms: number, work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await work();
  const took = performance.now() - startedAt;
  assert.ok(took >= ms, `it took ${Math.round(took)} ms, and with its limit it takes at least ${Math.round(ms)}`);
}
