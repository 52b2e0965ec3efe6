import assert from 'node:assert/strict';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { MemoryCopy } from '../memory-copy.js';
import { Gate } from '../watched-stream.js';
import { withinDeadline } from '../within-deadline.js';
import { byteStreams, crashing, type DataServiceContext } from './data-service-context.js';

/** `create` with `restoreFrom`, and what is true while a creation is under way. */
export const restoreCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'a restored data service has the content at the copy, is writable, and lives apart from the copied one',
    requires: [byteStreams],
    run: async (context) => {
      const { copy, digest, from } = await context.makeCopy(200);
      await context.harness.write(from.binding, 5);
      const request = await context.restoreRequest(copy);
      assert.equal((await context.broker.create(request)).state.phase, 'running');
      assert.equal(await context.digestOf(request.dataServiceId), digest);
      const after = await context.harness.digest(from.binding);
      await context.harness.write(await context.broker.bind({ dataServiceId: request.dataServiceId, bindingId: newCaseId() }), 1);
      assert.equal(await context.harness.digest(from.binding), after);
    },
  },
  {
    name: 'a copy holds what was committed before its consistency point and nothing committed after it',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(50);
      const before = await context.harness.digest(binding);
      const copy = new MemoryCopy();
      const gate = new Gate();
      const reached = new Gate();
      const target = copy.target({
        before: () => {
          reached.open();
          return gate.pass();
        },
      });
      const copying = context.copy(dataServiceId, target);
      await withinDeadline(Promise.race([reached.pass(), copying]), 'first piece of the copy');
      const writeBegan = Date.now();
      await context.harness.write(binding, 10);
      const writeEnded = Date.now();
      const during = await context.harness.digest(binding);
      gate.open();
      const at = (await copying).consistencyPoint.at.getTime();
      await context.harness.write(binding, 10);
      const request = await context.restoreRequest(copy);
      await context.broker.create(request);
      const restored = await context.digestOf(request.dataServiceId);
      const allowed = [...(at <= writeEnded ? [before] : []), ...(at >= writeBegan ? [during] : [])];
      assert.ok(allowed.includes(restored), 'the restored content is not that of the consistency point');
    },
  },
  {
    name: 'create repeated with the same restore answers the status and keeps what was written since',
    requires: [byteStreams],
    run: async (context) => {
      const { copy } = await context.makeCopy();
      const request = await context.restoreRequest(copy);
      await context.broker.create(request);
      const binding = await context.broker.bind({ dataServiceId: request.dataServiceId, bindingId: newCaseId() });
      await context.harness.write(binding, 1);
      const digest = await context.harness.digest(binding);
      await context.broker.create(request);
      assert.equal(await context.harness.digest(binding), digest);
      assert.equal(await context.digestOf(request.dataServiceId), digest);
    },
  },
  {
    name: 'no credential of the copied data service is valid in the restored one',
    requires: [byteStreams, { name: 'a way to try credentials at another address', isMet: ({ harness }) => harness.withAddressOf !== undefined }],
    run: async (context) => {
      const { copy, from } = await context.makeCopy();
      const request = await context.restoreRequest(copy);
      await context.broker.create(request);
      const { dataServiceId } = request;
      const binding = await context.broker.bind({ dataServiceId, bindingId: from.bindingId });
      await context.harness.digest(binding);
      const stolen = context.harness.withAddressOf?.(from.binding, binding);
      assert.ok(stolen);
      await assert.rejects(context.harness.digest(stolen), 'the old credentials work');
    },
  },
  {
    name: 'restoring a format that the plan does not restore is NOT_SUPPORTED and makes nothing',
    requires: [byteStreams],
    run: async (context) => {
      const { copy } = await context.makeCopy();
      const request = await context.restoreRequest(copy);
      const wrong = { ...request, restoreFrom: { ...request.restoreFrom, format: 'no-such-format/1' } };
      await expectBrokerError(context.broker.create(wrong), 'NOT_SUPPORTED');
      await expectBrokerError(context.broker.get(request.dataServiceId), 'NOT_FOUND');
    },
  },
  {
    name: 'a damaged copy is CORRUPT_DATA, is closed, and makes nothing',
    requires: [byteStreams],
    run: async (context) => {
      const { copy } = await context.makeCopy();
      const middle = Math.floor((copy.content?.length ?? 0) / 2);
      for (const hurt of [{ corruptAfter: middle }, { endAfter: middle }]) {
        const request = await context.restoreRequest(copy, hurt);
        await expectBrokerError(context.broker.create(request), 'CORRUPT_DATA');
        await expectBrokerError(context.broker.get(request.dataServiceId), 'NOT_FOUND');
        for (const stream of request.restoreFrom.source.opened) await withinDeadline(stream.closed(), 'closing of the stream');
        await context.assertNothingLeft();
      }
    },
  },
  {
    name: 'while it restores, get answers creating, bind and copy are CONFLICT, and others are served',
    requires: [byteStreams],
    run: async (context) => {
      const { copy, digest, from } = await context.makeCopy();
      const { creating, gate, request } = await beginHeldRestore(context, copy);
      const { dataServiceId } = request;
      assert.equal((await context.broker.get(dataServiceId)).state.phase, 'creating');
      await expectBrokerError(context.broker.bind({ dataServiceId, bindingId: newCaseId() }), 'CONFLICT');
      await expectBrokerError(context.copy(dataServiceId, new MemoryCopy().target()), 'CONFLICT');
      await context.harness.write(from.binding, 1);
      gate.open();
      await creating;
      assert.equal(await context.digestOf(dataServiceId), digest);
    },
  },
  {
    name: 'a cancelled restore rejects with CANCELLED and leaves nothing, and can be repeated',
    requires: [byteStreams],
    run: async (context) => {
      const { copy, digest } = await context.makeCopy();
      const cancel = new AbortController();
      const { creating, gate, request } = await beginHeldRestore(context, copy, cancel.signal);
      cancel.abort();
      gate.open();
      await expectBrokerError(creating, 'CANCELLED');
      await expectBrokerError(context.broker.get(request.dataServiceId), 'NOT_FOUND');
      await context.assertNothingLeft();
      await context.broker.create({ ...request, restoreFrom: { ...request.restoreFrom, source: copy.source() } });
      assert.equal(await context.digestOf(request.dataServiceId), digest);
    },
  },
  {
    name: 'delete while it restores ends the creation and leaves nothing',
    requires: [byteStreams],
    run: async (context) => {
      const { copy } = await context.makeCopy();
      const { creating, gate, request } = await beginHeldRestore(context, copy);
      const ended = assert.rejects(creating);
      const deleted = context.broker.delete(request.dataServiceId);
      gate.open();
      await withinDeadline(deleted, 'end of the delete');
      await withinDeadline(ended, 'end of the creation');
      await expectBrokerError(context.broker.get(request.dataServiceId), 'NOT_FOUND');
      await context.assertNothingLeft();
    },
  },
  {
    name: 'a creation interrupted by a crash leaves nothing behind, and repeated starts again from nothing',
    requires: [byteStreams, crashing],
    run: async (context) => {
      const { copy, digest, from } = await context.makeCopy();
      const { creating, request } = await beginHeldRestore(context, copy);
      creating.catch(() => undefined);
      await context.harness.crash?.();
      await context.assertNothingLeft();
      await context.broker.create({ ...request, restoreFrom: { ...request.restoreFrom, source: copy.source() } });
      assert.equal(await context.digestOf(request.dataServiceId), digest);
      assert.equal(await context.digestOf(from.dataServiceId), digest);
      await context.assertNothingLeft();
    },
  },
];

/** A restore that has read some of the copy and waits for its gate before it gets more. */
async function beginHeldRestore(context: DataServiceContext, copy: MemoryCopy, signal?: AbortSignal) {
  const gate = new Gate();
  const reached = new Gate();
  const middle = Math.floor((copy.content?.length ?? 0) / 2);
  const request = await context.restoreRequest(copy, {
    before: async (offset, piece) => {
      if (offset + piece.length < middle) return;
      reached.open();
      await gate.pass();
    },
  });
  const creating = context.broker.create(request, signal === undefined ? {} : { signal });
  await withinDeadline(Promise.race([reached.pass(), creating]), 'first half of the restore');
  return { creating, gate, request };
}
