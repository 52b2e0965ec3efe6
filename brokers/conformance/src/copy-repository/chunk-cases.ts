import assert from 'node:assert/strict';
import { BrokerError, ChunkListHash, encodeChunkRecords, type SentChunk } from '@ocopea/broker-contract';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { randomContent, sha256 } from '../test-content.js';
import { chunked, type CopyRepositoryContext, damageable, metadata, MIB, pagesOf } from './copy-repository-context.js';

const cases: readonly ConformanceCase<CopyRepositoryContext>[] = [
  {
    name: 'the chunks of a part are its content in order, and its hash is that of the chunk list',
    run: async (context) => {
      const content = randomContent(3 * MIB + 99);
      const part = await context.put(content);
      const chunks = await context.listChunks(part);
      let offset = 0;
      for (const { hash, bytes } of chunks) {
        const expected = content.subarray(offset, offset + bytes);
        assert.equal(hash, sha256(expected), `the chunk at byte ${offset} has another hash`);
        const chunk = await context.chunks.readChunk(part.repositoryId, hash);
        assert.ok(Buffer.from(expected).equals(chunk), `the chunk at byte ${offset} has other bytes`);
        offset += bytes;
      }
      assert.equal(offset, content.length);
      assert.equal(part.hash, new ChunkListHash().update(encodeChunkRecords(chunks)).digest());
    },
  },
  {
    name: 'listChunks and readChunk of what is not there are NOT_FOUND',
    run: async (context) => {
      const key = await context.newPart();
      await expectBrokerError(context.listChunks(key), 'NOT_FOUND');
      await expectBrokerError(context.chunks.readChunk(key.repositoryId, sha256(randomContent(1))), 'NOT_FOUND');
    },
  },
  {
    name: 'missingChunks answers those it does not hold, in the order given, for at most 4,096',
    run: async (context) => {
      const part = await context.put(randomContent(2 * MIB));
      const held = (await context.listChunks(part)).map(({ hash }) => hash);
      const [one, two] = [sha256(randomContent(10, 1)), sha256(randomContent(10, 2))];
      const missing = await context.chunks.missingChunks(part.repositoryId, [two, ...held, one]);
      assert.deepEqual(missing, [two, one]);
      const tooMany = Array.from({ length: 4_097 }, () => one);
      await expectBrokerError(context.chunks.missingChunks(part.repositoryId, tooMany), 'INVALID_REQUEST');
    },
  },
  {
    name: 'writeChunk stores a chunk, also when repeated, and refuses bytes of another hash as CORRUPT_DATA',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const bytes = randomContent(50_000);
      const hash = sha256(bytes);
      await expectBrokerError(context.chunks.writeChunk(repositoryId, hash, randomContent(50_000, 2)), 'CORRUPT_DATA');
      assert.deepEqual(await context.chunks.missingChunks(repositoryId, [hash]), [hash]);
      await context.chunks.writeChunk(repositoryId, hash, bytes);
      await context.chunks.writeChunk(repositoryId, hash, bytes);
      assert.deepEqual(await context.chunks.missingChunks(repositoryId, [hash]), []);
      assert.ok(Buffer.from(bytes).equals(await context.chunks.readChunk(repositoryId, hash)));
      const key = await context.newPart(repositoryId);
      await context.chunks.publishPart(key, metadata, pagesOf([{ hash, bytes: bytes.length }]));
      await context.assertHolds(key, bytes);
    },
  },
  {
    name: 'writeChunks stores many, pulled one by one, and those before a damaged one or before the end of a broken source',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const chunks = Array.from({ length: 6 }, (_, index) => randomContent(30_000, index + 1)).map((bytes) => ({ hash: sha256(bytes), bytes }));
      const [a, b, c, d, e, f] = chunks.map(({ hash }) => hash);
      await context.chunks.writeChunks(repositoryId, streamOfChunks([chunks[0]!, chunks[1]!, chunks[0]!]));
      assert.deepEqual(await context.chunks.missingChunks(repositoryId, [a!, b!]), []);
      await expectBrokerError(context.chunks.writeChunks(repositoryId, streamOfChunks([chunks[2]!, { hash: d!, bytes: randomContent(30_000, 99) }, chunks[4]!])), 'CORRUPT_DATA');
      assert.deepEqual(await context.chunks.missingChunks(repositoryId, [c!, d!, e!]), [d, e]);
      const broken = new BrokerError('UNAVAILABLE', 'the link broke');
      await expectBrokerError(context.chunks.writeChunks(repositoryId, streamOfChunks([chunks[5]!], broken)), 'UNAVAILABLE');
      assert.deepEqual(await context.chunks.missingChunks(repositoryId, [f!]), []);
      await context.chunks.writeChunks(repositoryId, streamOfChunks([]));
    },
  },
  {
    name: 'a hash that is not 64 hex digits is INVALID_REQUEST',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      for (const hash of ['', 'abc', '../../escape', 'z'.repeat(64)]) {
        await expectBrokerError(context.chunks.readChunk(repositoryId, hash), 'INVALID_REQUEST');
        await expectBrokerError(context.chunks.writeChunk(repositoryId, hash, randomContent(1)), 'INVALID_REQUEST');
      }
    },
  },
  {
    name: 'a part sent chunk by chunk to another repository is the same part there, and can be sent twice',
    run: async (context) => {
      const content = randomContent(2 * MIB + 7);
      const part = await context.put(content);
      const chunks = await context.listChunks(part);
      const target = await context.newPart();
      await sendMissing(context, part.repositoryId, target.repositoryId, chunks.map(({ hash }) => hash));
      const published = await context.chunks.publishPart(target, part.metadata, pagesOf(chunks, 3));
      assert.equal(published.hash, part.hash);
      assert.equal(published.logicalBytes, part.logicalBytes);
      assert.deepEqual(await context.chunks.publishPart(target, part.metadata, pagesOf(chunks)), published);
      await context.assertHolds(target, content);
      await context.broker.deletePart(part);
      await context.assertHolds(target, content);
    },
  },
  {
    name: 'publishPart with a chunk that is not there is CORRUPT_DATA naming the first, and publishes nothing',
    run: async (context) => {
      const part = await context.put(randomContent(MIB));
      const absent = sha256(randomContent(10, 5));
      const key = await context.newPart(part.repositoryId);
      const chunks = [...(await context.listChunks(part)), { hash: absent, bytes: 10 }];
      const error = await expectBrokerError(context.chunks.publishPart(key, metadata, pagesOf(chunks)), 'CORRUPT_DATA');
      assert.ok(error.message.includes(absent), 'the message does not name the chunk');
      await context.assertAbsent(key);
    },
  },
  {
    name: 'publishPart with a wrong length of a chunk is CORRUPT_DATA and publishes nothing',
    run: async (context) => {
      const part = await context.put(randomContent(100_000));
      const key = await context.newPart(part.repositoryId);
      const chunks = (await context.listChunks(part)).map(({ hash, bytes }) => ({ hash, bytes: bytes + 1 }));
      await expectBrokerError(context.chunks.publishPart(key, metadata, pagesOf(chunks)), 'CORRUPT_DATA');
      await context.assertAbsent(key);
    },
  },
  {
    name: 'publishPart of other content under a taken id is ALREADY_EXISTS',
    run: async (context) => {
      const content = randomContent(300_000);
      const part = await context.put(content);
      const other = await context.put(randomContent(300_000, 2), part.repositoryId);
      const chunks = await context.listChunks(other);
      await expectBrokerError(context.chunks.publishPart(part, metadata, pagesOf(chunks)), 'ALREADY_EXISTS');
      await context.assertHolds(part, content);
    },
  },
  {
    name: 'a sweep and a delete leave alone chunks that a transfer under way has asked about or sent',
    run: async (context) => {
      const content = randomContent(2 * MIB);
      const source = await context.put(content);
      const chunks = await context.listChunks(source);
      const target = await context.newPart();
      const halfThere = await context.put(content.subarray(0, MIB), target.repositoryId);
      await sendMissing(context, source.repositoryId, target.repositoryId, chunks.map(({ hash }) => hash));
      await context.broker.deletePart(halfThere);
      await context.broker.sweep(target.repositoryId);
      await context.chunks.publishPart(target, metadata, pagesOf(chunks));
      await context.assertHolds(target, content);
    },
  },
  {
    name: 'deletePart of a part that is not published frees what was sent ahead for it, and nothing that another part uses',
    run: async (context) => {
      const content = randomContent(2 * MIB);
      const source = await context.put(content);
      const chunks = await context.listChunks(source);
      const hashes = chunks.map(({ hash }) => hash);
      const target = await context.newPart();
      const kept = await context.put(content.subarray(0, MIB), target.repositoryId);
      const before = await context.usedBytes(target.repositoryId);
      await sendMissing(context, source.repositoryId, target.repositoryId, hashes, target.partId);
      await context.broker.deletePart(target);
      const held = new Set((await context.listChunks(kept)).map(({ hash }) => hash));
      assert.deepEqual(await context.chunks.missingChunks(target.repositoryId, hashes), hashes.filter((hash) => !held.has(hash)));
      assert.equal(await context.usedBytes(target.repositoryId), before);
      await context.assertHolds(kept, content.subarray(0, MIB));
      await context.broker.deletePart(target);
    },
  },
  {
    name: 'what was sent ahead for a part that is published stays until that part is deleted',
    run: async (context) => {
      const content = randomContent(MIB);
      const source = await context.put(content);
      const chunks = await context.listChunks(source);
      const target = await context.newPart();
      await sendMissing(context, source.repositoryId, target.repositoryId, chunks.map(({ hash }) => hash), target.partId);
      await context.chunks.publishPart(target, metadata, pagesOf(chunks));
      await context.assertNothingLeft(target.repositoryId);
      await context.assertHolds(target, content);
    },
  },
  {
    name: 'a damaged chunk is CORRUPT_DATA when it is read',
    requires: [damageable],
    run: async (context) => {
      const part = await context.put(randomContent(2 * MIB));
      await context.harness.damage?.(part, 'flip');
      const chunks = await context.listChunks(part);
      const reads = await Promise.allSettled(chunks.map(({ hash }) => context.chunks.readChunk(part.repositoryId, hash)));
      const refused = reads.filter((read) => read.status === 'rejected');
      assert.ok(refused.length > 0, 'every chunk was given');
      for (const { reason } of refused) await expectBrokerError(Promise.reject(reason), 'CORRUPT_DATA');
    },
  },
];

/** The chunk store. */
export const chunkCases = cases.map((one): ConformanceCase<CopyRepositoryContext> => ({ ...one, requires: [chunked, ...(one.requires ?? [])] }));

/** Copies those of the chunks that `to` lacks. */
async function sendMissing({ chunks }: CopyRepositoryContext, from: string, to: string, hashes: readonly string[], forPart?: string): Promise<void> {
  for (const hash of await chunks.missingChunks(to, hashes, forPart === undefined ? {} : { forPart })) {
    await chunks.writeChunk(to, hash, await chunks.readChunk(from, hash));
  }
}

async function* streamOfChunks(chunks: readonly SentChunk[], error?: BrokerError): AsyncGenerator<SentChunk> {
  yield* chunks;
  if (error !== undefined) throw error;
}
