import assert from 'node:assert/strict';
import { BrokerError, type CopyBarrier } from '@ocopea/broker-contract';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { MemoryCopy } from '../memory-copy.js';
import { Gate } from '../watched-stream.js';
import { withinDeadline } from '../within-deadline.js';
import { barriers, byteStreams, type DataServiceContext } from './data-service-context.js';

/** `copy` with a `barrier`. */
export const barrierCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'copy with a barrier, without the capability, is NOT_SUPPORTED and writes nothing',
    requires: [byteStreams, { name: 'a broker without the capability barrier', isMet: async (context) => !(await barriers.isMet(context)) }],
    run: async (context) => {
      const { dataServiceId } = await context.make(5);
      const copy = new MemoryCopy();
      await expectBrokerError(context.copy(dataServiceId, copy.target(), {}, new WatchedBarrier()), 'NOT_SUPPORTED');
      assert.equal(copy.content, undefined);
    },
  },
  {
    name: 'a copy with a barrier holds what was written before arrive resolved, and nothing written after leave',
    requires: [byteStreams, barriers],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(50);
      const copy = new MemoryCopy();
      const barrier = new WatchedBarrier();
      const copying = context.copy(dataServiceId, copy.target(), {}, barrier);
      await withinDeadline(Promise.race([barrier.arrived.pass(), copying]), 'arrival at the barrier');
      // A long wait at the barrier: much is written meanwhile, and all of it belongs to the copy.
      for (let round = 0; round < 3; round++) await context.harness.write(binding, 300);
      const digest = await context.harness.digest(binding);
      const heldFrom = Date.now();
      barrier.held.open();
      await withinDeadline(Promise.race([barrier.left.pass(), copying]), 'leaving of the barrier');
      const heldUntil = Date.now();
      await context.harness.write(binding, 10);
      const at = (await copying).consistencyPoint.at.getTime();
      assert.deepEqual([barrier.arrivals, barrier.leavings], [1, 1]);
      assert.ok(at >= heldFrom - 1 && at <= heldUntil + 1, 'the consistency point is not between arrive and leave');
      const request = await context.restoreRequest(copy);
      await context.broker.create(request);
      assert.equal(await context.digestOf(request.dataServiceId), digest);
    },
  },
  {
    name: 'while a copy waits at its barrier the data service serves; a cancelled one ends, and leaves nothing',
    requires: [byteStreams, barriers],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(20);
      const copy = new MemoryCopy();
      const cancel = new AbortController();
      const barrier = new WatchedBarrier();
      const copying = context.copy(dataServiceId, copy.target(), { signal: cancel.signal }, barrier);
      await withinDeadline(Promise.race([barrier.arrived.pass(), copying]), 'arrival at the barrier');
      await context.harness.write(binding, 1);
      cancel.abort();
      await expectBrokerError(copying, 'CANCELLED');
      assert.equal(copy.content, undefined);
      await context.assertNothingLeft();
      await context.harness.write(binding, 1);
    },
  },
  {
    name: 'a barrier that gives up makes copy reject with its error, and leaves nothing',
    requires: [byteStreams, barriers],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(20);
      const copy = new MemoryCopy();
      const arrive = () => Promise.reject(new BrokerError('CAPACITY_EXCEEDED', 'another part found no room; add some'));
      await expectBrokerError(context.copy(dataServiceId, copy.target(), {}, { arrive, leave: () => undefined }), 'CAPACITY_EXCEEDED');
      assert.equal(copy.content, undefined);
      await context.assertNothingLeft();
      await context.harness.write(binding, 1);
    },
  },
];

/** A barrier that a case watches and opens. */
class WatchedBarrier implements CopyBarrier {
  readonly arrived = new Gate();
  readonly held = new Gate();
  readonly left = new Gate();
  arrivals = 0;
  leavings = 0;

  async arrive(): Promise<void> {
    this.arrivals++;
    this.arrived.open();
    await this.held.pass();
  }

  leave(): void {
    this.leavings++;
    this.left.open();
  }
}
