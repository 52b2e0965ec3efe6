import assert from 'node:assert/strict';
import type { PartKey } from '@ocopea/broker-contract';
import type { ConformanceCase } from '../conformance-case.js';
import { randomContent, streamOf } from '../test-content.js';
import { Gate, watchStream } from '../watched-stream.js';
import { withinDeadline } from '../within-deadline.js';
import { type CopyRepositoryContext, metadata, MIB, uniqueSizing } from './copy-repository-context.js';

/** `deletePart` and `sweep`. */
export const deleteCases: readonly ConformanceCase<CopyRepositoryContext>[] = [
  {
    name: 'deletePart removes the part, also when repeated or unknown',
    run: async (context) => {
      const part = await context.put(randomContent(MIB));
      await context.broker.deletePart(part);
      await context.assertAbsent(part);
      await context.broker.deletePart(part);
      await context.broker.deletePart(await context.newPart(part.repositoryId));
    },
  },
  {
    name: 'deleting a part keeps what others share with it; with the last one the space comes back',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const before = await context.usedBytes(repositoryId);
      const content = randomContent(3 * MIB);
      const first = await context.put(content, repositoryId);
      const second = await context.put(content.subarray(0, 2 * MIB), repositoryId);
      await context.broker.deletePart(first);
      await context.assertHolds(second, content.subarray(0, 2 * MIB));
      await context.broker.deletePart(second);
      assert.ok((await context.usedBytes(repositoryId)) <= before, 'the space did not come back');
    },
  },
  {
    name: 'uniqueBytes, where it is there, counts what parts alone take: nothing that another one shares, together all that comes back',
    requires: [uniqueSizing],
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const unique = async (...parts: readonly PartKey[]) => await context.broker.uniqueBytes!(repositoryId, parts.map(({ partId }) => partId));
      const content = randomContent(3 * MIB);
      const first = await context.put(content, repositoryId);
      const alone = await unique(first);
      assert.ok(alone >= 3 * MIB && alone < 3.2 * MIB, `${alone} bytes alone`);
      const second = await context.put(content, repositoryId);
      const lists = await unique(first);
      assert.ok(lists < 0.2 * MIB, `${lists} bytes although all is shared`);
      const both = await unique(first, second, await context.newPart(repositoryId));
      assert.ok(both >= alone && both < 3.2 * MIB, `${both} bytes together, and ${alone} alone`);
      await context.broker.deletePart(second);
      assert.equal(await unique(first), alone);
      await context.broker.deletePart(first);
      assert.equal(await unique(first), 0);
    },
  },
  {
    name: 'a write of the same content at the moment of a delete is whole',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      for (let round = 0; round < 20; round++) {
        const content = randomContent(600_000, round);
        const old = await context.put(content, repositoryId);
        const key = await context.newPart(repositoryId);
        const gate = new Gate();
        // Delete at another moment of the write in each round.
        const openAt = (round % 10) * 65_536;
        const stream = watchStream(streamOf(content), { before: (offset) => void (offset >= openAt && gate.open()) });
        await Promise.all([gate.pass().then(() => context.broker.deletePart(old)), context.broker.writePart(key, metadata, stream.stream)]);
        await context.assertHolds(key, content);
      }
    },
  },
  {
    name: 'a sweep of a tidy repository frees nothing and harms no part',
    run: async (context) => {
      const content = randomContent(2 * MIB);
      const part = await context.put(content);
      assert.deepEqual(await context.broker.sweep(part.repositoryId), { freedBytes: 0 });
      await context.assertHolds(part, content);
    },
  },
  {
    name: 'a sweep leaves alone what a write under way still uses',
    run: async (context) => {
      const key = await context.newPart();
      const gate = new Gate();
      const content = randomContent(4 * MIB);
      const stream = watchStream(streamOf(content), { before: (offset) => (offset >= 3 * MIB ? gate.pass() : undefined) });
      const writing = context.broker.writePart(key, metadata, stream.stream);
      await withinDeadline(Promise.race([stream.reached(3 * MIB), writing]), 'three quarters of the write');
      await context.broker.sweep(key.repositoryId);
      gate.open();
      await writing;
      await context.broker.sweep(key.repositoryId);
      await context.assertHolds(key, content);
    },
  },
];
