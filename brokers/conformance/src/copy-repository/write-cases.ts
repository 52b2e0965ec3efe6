import assert from 'node:assert/strict';
import { BrokerError, type ByteStream } from '@ocopea/broker-contract';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { randomContent, streamOf } from '../test-content.js';
import { WatchedProgress } from '../watched-progress.js';
import { Gate, watchStream } from '../watched-stream.js';
import { withinDeadline } from '../within-deadline.js';
import { type CopyRepositoryContext, crashing, failingAfter, limitable, metadata, MIB, stallable } from './copy-repository-context.js';

/** How much a repository may take into memory ahead of what it has stored. */
const READ_AHEAD_BYTES = 64 * MIB;

/** `writePart`. */
export const writeCases: readonly ConformanceCase<CopyRepositoryContext>[] = [
  {
    name: 'what was written is read back byte for byte, whatever its size and the size of its pieces',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      for (const bytes of [0, 1, 65_535, 65_536, 65_537, MIB - 1, MIB, MIB + 1, 3 * MIB + 17]) {
        for (const pieceBytes of [bytes < MIB ? 1_021 : 65_521, 4 * MIB]) {
          const content = randomContent(bytes, bytes + pieceBytes);
          const key = await context.newPart(repositoryId);
          const part = await context.broker.writePart(key, metadata, streamOf(content, pieceBytes));
          assert.equal(part.logicalBytes, bytes);
          await context.assertHolds(key, content);
        }
      }
    },
  },
  {
    name: 'a piece that its producer changes after it was taken is stored as it was',
    run: async (context) => {
      const content = randomContent(300_000);
      const key = await context.newPart();
      await context.broker.writePart(key, metadata, reusingOneBuffer(content));
      await context.assertHolds(key, content);
    },
  },
  {
    name: 'a part keeps its metadata as it was given, its sizes and its hash, and empty pieces do not matter',
    run: async (context) => {
      const content = randomContent(200_000);
      const key = await context.newPart();
      async function* withEmptyPieces(): ByteStream {
        yield new Uint8Array(0);
        yield* streamOf(content);
        yield new Uint8Array(0);
      }
      const part = await context.broker.writePart(key, metadata, withEmptyPieces());
      assert.deepEqual({ repositoryId: part.repositoryId, partId: part.partId }, key);
      assert.deepEqual(part.metadata, metadata);
      assert.match(part.hash, /^sha256:[0-9a-f]{64}$/);
      assert.deepEqual(await context.broker.getPart(key), part);
      const same = await context.put(content, key.repositoryId);
      assert.equal(same.hash, part.hash, 'the same content has another hash');
      assert.ok(same.storedBytes <= part.storedBytes, 'the same content took more room the second time');
    },
  },
  {
    name: 'writing tells its progress in bytes stored',
    run: async (context) => {
      const progress = new WatchedProgress();
      const content = randomContent(2 * MIB);
      await context.broker.writePart(await context.newPart(), metadata, streamOf(content), { onProgress: progress.onProgress });
      progress.assertEndedAt(content.length);
    },
  },
  {
    name: 'writing that tells what is new and what it takes tells it truly, for content that is new and for content that is there',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const content = randomContent(2 * MIB);
      for (const isNew of [true, false]) {
        const progress = new WatchedProgress();
        const { storedBytes } = await context.broker.writePart(await context.newPart(repositoryId), metadata, streamOf(content), { onProgress: progress.onProgress });
        const { bytesNew, bytesStored } = progress.last;
        if (bytesStored !== undefined) assert.equal(bytesStored, storedBytes, 'bytesStored is not what the part says');
        if (bytesNew !== undefined) assert.equal(bytesNew, isNew || storedBytes > 0 ? content.length : 0, 'bytesNew is not what was not there');
      }
    },
  },
  {
    name: 'any id of [A-Za-z0-9._-]{1,200} is taken, and no other',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      for (const partId of ['.', '..', '-', '_', 'A.b-C_9', 'con', 'x'.repeat(200)]) {
        const content = randomContent(100, partId.length);
        await context.broker.writePart({ repositoryId, partId }, metadata, streamOf(content));
        await context.assertHolds({ repositoryId, partId }, content);
      }
      for (const partId of ['', 'a/b', '../escape', 'a b', 'ä', 'a\0b', 'x'.repeat(201)]) {
        await expectBrokerError(context.broker.writePart({ repositoryId, partId }, metadata, streamOf(randomContent(10))), 'INVALID_REQUEST');
      }
    },
  },
  {
    name: 'labels of more than 16 KiB are INVALID_REQUEST',
    run: async (context) => {
      const key = await context.newPart();
      const tooMuch = { ...metadata, labels: { big: 'x'.repeat(17 * 1024) } };
      await expectBrokerError(context.broker.writePart(key, tooMuch, streamOf(randomContent(10))), 'INVALID_REQUEST');
      await context.assertAbsent(key);
    },
  },
  {
    name: 'an id that is taken is ALREADY_EXISTS; the first content stays and the second stream is closed',
    run: async (context) => {
      const content = randomContent(100_000);
      const part = await context.put(content);
      const second = watchStream(streamOf(randomContent(100_000, 2)));
      await expectBrokerError(context.broker.writePart(part, metadata, second.stream), 'ALREADY_EXISTS');
      await withinDeadline(second.closed(), 'closing of the stream');
      assert.deepEqual(await context.broker.getPart(part), part);
      await context.assertHolds(part, content);
    },
  },
  {
    name: 'writing into an unknown repository is NOT_FOUND and leaves no stream open',
    run: async (context) => {
      const stream = watchStream(streamOf(randomContent(MIB)));
      const key = { repositoryId: newCaseId(), partId: newCaseId() };
      await expectBrokerError(context.broker.writePart(key, metadata, stream.stream), 'NOT_FOUND');
      await withinDeadline(stream.closed(), 'closing of the stream');
    },
  },
  {
    name: 'of several simultaneous writes under one id exactly one wins, whole',
    run: async (context) => {
      const key = await context.newPart();
      const contents = [1, 2, 3, 4].map((seed) => randomContent(400_000, seed));
      const writes = await Promise.allSettled(contents.map((content) => context.broker.writePart(key, metadata, streamOf(content))));
      const winners = contents.filter((_, index) => writes[index]?.status === 'fulfilled');
      assert.equal(winners.length, 1, `${winners.length} writes under one id were confirmed`);
      for (const write of writes) if (write.status === 'rejected') await expectBrokerError(Promise.reject(write.reason), 'ALREADY_EXISTS');
      await context.assertHolds(key, winners[0] ?? new Uint8Array());
    },
  },
  {
    name: 'simultaneous writes of the same content under different ids are all whole',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const content = randomContent(2 * MIB);
      const parts = await Promise.all([1, 2, 3, 4].map(() => context.put(content, repositoryId)));
      for (const part of parts) await context.assertHolds(part, content);
    },
  },
  {
    name: 'when the stream throws, writePart rejects with that error, the part does not exist, and the id is free',
    run: async (context) => {
      const key = await context.newPart();
      const content = randomContent(3 * MIB);
      const stream = watchStream(failingAfter(content, new BrokerError('UNAVAILABLE', 'the data service went away; try again')));
      await expectBrokerError(context.broker.writePart(key, metadata, stream.stream), 'UNAVAILABLE');
      await withinDeadline(stream.closed(), 'closing of the stream');
      await context.assertAbsent(key);
      await context.assertNothingLeft(key.repositoryId);
      await context.broker.writePart(key, metadata, streamOf(content));
      await context.assertHolds(key, content);
    },
  },
  {
    name: 'an aborted write rejects with CANCELLED, closes the stream, and the part does not exist',
    run: async (context) => {
      const key = await context.newPart();
      const cancel = new AbortController();
      const content = randomContent(3 * MIB);
      const stream = watchStream(streamOf(content), { before: (offset) => void (offset >= 2 * MIB && cancel.abort()) });
      await expectBrokerError(context.broker.writePart(key, metadata, stream.stream, { signal: cancel.signal }), 'CANCELLED');
      await withinDeadline(stream.closed(), 'closing of the stream');
      await context.assertAbsent(key);
      await context.assertNothingLeft(key.repositoryId);
    },
  },
  {
    name: 'a write whose stream gives nothing more can be aborted all the same',
    run: async (context) => {
      const key = await context.newPart();
      const cancel = new AbortController();
      const gate = new Gate();
      const stream = watchStream(streamOf(randomContent(MIB)), { before: (offset) => (offset > 0 ? gate.pass() : undefined) });
      const writing = context.broker.writePart(key, metadata, stream.stream, { signal: cancel.signal });
      await withinDeadline(Promise.race([stream.reached(1), writing]), 'request for the second piece');
      cancel.abort();
      await expectBrokerError(writing, 'CANCELLED');
      gate.open();
      await context.assertAbsent(key);
    },
  },
  {
    name: 'a part that is being written is not there yet, for nobody',
    run: async (context) => {
      const key = await context.newPart();
      const gate = new Gate();
      const content = randomContent(2 * MIB);
      const stream = watchStream(streamOf(content), { before: (offset) => (offset >= MIB ? gate.pass() : undefined) });
      const writing = context.broker.writePart(key, metadata, stream.stream);
      await withinDeadline(Promise.race([stream.reached(MIB), writing]), 'second half of the write');
      await context.assertAbsent(key);
      gate.open();
      await writing;
      await context.assertHolds(key, content);
    },
  },
  {
    name: 'the stream is pulled no faster than it is stored',
    requires: [stallable],
    run: async (context) => {
      const key = await context.newPart();
      const release = context.harness.stallStorage?.();
      const endless = watchStream(endlessContent());
      const cancel = new AbortController();
      const writing = context.broker.writePart(key, metadata, endless.stream, { signal: cancel.signal });
      const ran = await Promise.race([
        endless.reached(READ_AHEAD_BYTES).then(() => true),
        expectBrokerError(writing, 'CANCELLED').then(() => false),
        // The stream ticks on the event loop; a repository that does not wait passes the limit well within these turns.
        turns(4 * (READ_AHEAD_BYTES / MIB)).then(() => false),
      ]);
      cancel.abort();
      release?.();
      await expectBrokerError(writing, 'CANCELLED');
      assert.equal(ran, false, `${endless.bytesGiven} bytes were taken while nothing could be stored`);
    },
  },
  {
    name: 'without room it is CAPACITY_EXCEEDED, nothing stays, and what fits can be written',
    requires: [limitable],
    run: async (context) => {
      const repositoryId = await context.makeRepository((id) => context.harness.smallProperties?.(id) ?? Promise.resolve({}));
      const key = await context.newPart(repositoryId);
      const stream = watchStream(streamOf(randomContent(16 * MIB)));
      await expectBrokerError(context.broker.writePart(key, metadata, stream.stream), 'CAPACITY_EXCEEDED');
      await withinDeadline(stream.closed(), 'closing of the stream');
      await context.assertAbsent(key);
      await context.assertNothingLeft(repositoryId);
      const small = randomContent(MIB / 2);
      await context.assertHolds(await context.put(small, repositoryId), small);
    },
  },
  {
    name: 'a write interrupted by a crash leaves no part, and a sweep removes what it left',
    requires: [crashing],
    run: async (context) => {
      const kept = await context.put(randomContent(MIB, 7));
      const key = await context.newPart(kept.repositoryId);
      const gate = new Gate();
      const stream = watchStream(streamOf(randomContent(3 * MIB)), { before: (offset) => (offset >= 2 * MIB ? gate.pass() : undefined) });
      const writing = context.broker.writePart(key, metadata, stream.stream);
      await withinDeadline(Promise.race([stream.reached(2 * MIB), writing]), 'two thirds of the write');
      writing.catch(() => undefined);
      await context.harness.crash?.();
      await context.assertAbsent(key);
      await context.assertNothingLeft(key.repositoryId);
      await context.assertHolds(kept, randomContent(MIB, 7));
    },
  },
];

async function* reusingOneBuffer(content: Uint8Array): ByteStream {
  const buffer = Buffer.alloc(10_000);
  for (let offset = 0; offset < content.length; offset += buffer.length) {
    const piece = content.subarray(offset, offset + buffer.length);
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0);
  }
}

async function* endlessContent(): ByteStream {
  const piece = randomContent(MIB);
  for (;;) {
    await turns(1);
    yield piece;
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
