import assert from 'node:assert/strict';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { collect, randomContent } from '../test-content.js';
import { WatchedProgress } from '../watched-progress.js';
import { type CopyRepositoryContext, damageable, MIB, ranged, sampling } from './copy-repository-context.js';

/** `readPart`, `getPart`, `listParts`, `verifyPart`. */
export const readCases: readonly ConformanceCase<CopyRepositoryContext>[] = [
  {
    name: 'getPart, readPart and verifyPart of an unknown part are NOT_FOUND',
    run: async (context) => {
      const key = await context.newPart();
      await context.assertAbsent(key);
      await expectBrokerError(context.broker.verifyPart(key), 'NOT_FOUND');
    },
  },
  {
    name: 'a range gives exactly its bytes, wherever it begins and ends',
    requires: [ranged],
    run: async (context) => {
      const content = randomContent(2 * MIB + 333);
      const part = await context.put(content);
      const ranges = [
        { offset: 0 },
        { offset: 0, length: 1 },
        { offset: 65_535, length: 2 },
        { offset: MIB - 1, length: 2 },
        { offset: 12_345, length: MIB },
        { offset: content.length - 1 },
        { offset: content.length },
        { offset: 777, length: 0 },
      ];
      for (const range of ranges) {
        const expected = content.subarray(range.offset, range.length === undefined ? undefined : range.offset + range.length);
        assert.ok(Buffer.from(expected).equals(await context.read(part, range)), `wrong bytes for ${JSON.stringify(range)}`);
      }
    },
  },
  {
    name: 'a range without the capability is NOT_SUPPORTED',
    requires: [{ name: 'a broker without the capability ranges', isMet: async (context) => !(await ranged.isMet(context)) }],
    run: async (context) => {
      const part = await context.put(randomContent(100));
      await expectBrokerError(context.read(part, { offset: 1, length: 1 }), 'NOT_SUPPORTED');
    },
  },
  {
    name: 'a reader may stop in the middle, and several may read one part at once',
    run: async (context) => {
      const content = randomContent(3 * MIB);
      const part = await context.put(content);
      for await (const piece of context.broker.readPart(part)) {
        assert.ok(Buffer.from(content.subarray(0, piece.length)).equals(piece));
        break;
      }
      await Promise.all([context.assertHolds(part, content), context.assertHolds(part, content)]);
    },
  },
  {
    name: 'an aborted read ends with CANCELLED',
    run: async (context) => {
      const part = await context.put(randomContent(8 * MIB));
      const cancel = new AbortController();
      const reading = context.broker.readPart(part, undefined, { signal: cancel.signal })[Symbol.asyncIterator]();
      await reading.next();
      cancel.abort();
      await expectBrokerError(readToEnd(reading), 'CANCELLED');
    },
  },
  {
    name: 'listParts gives every part once, in order of id, in pages of the asked size',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const parts = [];
      for (let seed = 0; seed < 5; seed++) parts.push(await context.put(randomContent(1_000, seed), repositoryId));
      for (const limit of [1, 2, 5, 100]) assert.deepEqual(await context.listParts(repositoryId, limit), parts);
    },
  },
  {
    name: 'verifyPart reads everything of an intact part, and tells its progress',
    run: async (context) => {
      const part = await context.put(randomContent(2 * MIB));
      const progress = new WatchedProgress();
      const verification = await context.broker.verifyPart(part, { onProgress: progress.onProgress });
      assert.deepEqual(verification, { intact: true, bytesRead: part.logicalBytes, problems: [] });
      progress.assertEndedAt(part.logicalBytes);
    },
  },
  {
    name: 'verifyPart of a sample reads a part of it, and none but a share of it is INVALID_REQUEST',
    requires: [sampling],
    run: async (context) => {
      const part = await context.put(randomContent(6 * MIB));
      const { intact, bytesRead, problems } = await context.broker.verifyPart(part, { sample: 0.000_001 });
      assert.deepEqual({ intact, problems }, { intact: true, problems: [] });
      assert.ok(bytesRead < part.logicalBytes, 'a millionth of it was all of it');
      assert.equal((await context.broker.verifyPart(part, { sample: 1 })).bytesRead, part.logicalBytes);
      for (const sample of [0, -1, 1.1, Number.NaN]) await expectBrokerError(context.broker.verifyPart(part, { sample }), 'INVALID_REQUEST');
    },
  },
  ...(['flip', 'truncate'] as const).map(
    (how): ConformanceCase<CopyRepositoryContext> => ({
      name: `after stored bytes were damaged (${how}), reading ends with CORRUPT_DATA and no wrong byte is given`,
      requires: [damageable],
      run: async (context) => {
        const content = randomContent(3 * MIB + 5);
        const part = await context.put(content);
        const other = await context.put(randomContent(MIB, 9), part.repositoryId);
        await context.harness.damage?.(part, how);
        const received: Uint8Array[] = [];
        await expectBrokerError(collect(context.broker.readPart(part), received), 'CORRUPT_DATA');
        const given = Buffer.concat(received);
        assert.ok(given.equals(content.subarray(0, given.length)), 'wrong bytes were given before the error');
        const { intact, problems } = await context.broker.verifyPart(part);
        assert.equal(intact, false);
        assert.ok(problems.length > 0 && problems.length <= 20, `${problems.length} problems`);
        await context.assertHolds(other, randomContent(MIB, 9));
      },
    }),
  ),
];

async function readToEnd(reading: AsyncIterator<Uint8Array>): Promise<void> {
  while ((await reading.next()).done !== true);
}
