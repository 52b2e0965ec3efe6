import assert from 'node:assert/strict';
import { BrokerError, CopyProtocol } from '@ocopea/broker-contract';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { MemoryCopy } from '../memory-copy.js';
import { WatchedProgress } from '../watched-progress.js';
import { Gate } from '../watched-stream.js';
import { withinDeadline } from '../within-deadline.js';
import { byteStreams, type DataServiceContext } from './data-service-context.js';

/** `copy` and `estimateCopySize`. What comes back out of a copy is in the restore cases. */
export const copyCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'copy writes to the target, says what was stored, at which moment, and how far it is',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId } = await context.make(50);
      const copy = new MemoryCopy();
      const progress = new WatchedProgress();
      const before = Date.now();
      const { part, consistencyPoint } = await context.copy(dataServiceId, copy.target(), { onProgress: progress.onProgress });
      assert.equal(part.logicalBytes, copy.content?.length);
      assert.match(part.hash, /^sha256:[0-9a-f]{64}$/);
      progress.assertEndedAt(part.logicalBytes);
      const at = consistencyPoint.at.getTime();
      assert.ok(at >= before - 1 && at <= Date.now() + 1, `the consistency point ${consistencyPoint.at.toISOString()} is not within the copy`);
    },
  },
  {
    name: 'copy of an unknown data service is NOT_FOUND, an unknown format NOT_SUPPORTED, and the target stays empty',
    requires: [byteStreams],
    run: async (context) => {
      const copy = new MemoryCopy();
      await expectBrokerError(context.copy(context.newId(), copy.target()), 'NOT_FOUND');
      const { dataServiceId } = await context.make();
      const request = { dataServiceId, copyPartId: newCaseId(), format: 'no-such-format/1', target: copy.target() };
      assert.match((await expectBrokerError(context.broker.copy(request), 'NOT_SUPPORTED')).message, /no-such-format\/1/);
      assert.equal(copy.content, undefined);
    },
  },
  {
    name: 'copy by a protocol that the broker does not list is NOT_SUPPORTED and does not tell the grant',
    requires: [
      {
        name: 'a broker that lacks a copy protocol',
        isMet: async ({ broker }) => !(await broker.info()).copyProtocols.includes(CopyProtocol.HttpPart),
      },
    ],
    run: async (context) => {
      const { dataServiceId } = await context.make();
      const target = { protocol: CopyProtocol.HttpPart, url: 'http://127.0.0.1:9/part', grant: 'very-secret-grant' } as const;
      const error = await expectBrokerError(context.copy(dataServiceId, target), 'NOT_SUPPORTED');
      assert.ok(!error.message.includes(target.grant), 'the message holds the grant');
    },
  },
  {
    name: 'a target that takes nothing holds the copy, not the data service: it goes on serving, and no bytes are given',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(50);
      const copy = new MemoryCopy();
      const gate = new Gate();
      const reached = new Gate();
      const progress = new WatchedProgress();
      let bytesTaken = 0;
      const target = copy.target({
        before: async (offset, piece) => {
          bytesTaken = offset + piece.length;
          reached.open();
          await gate.pass();
        },
      });
      const copying = context.copy(dataServiceId, target, { onProgress: progress.onProgress });
      await withinDeadline(Promise.race([reached.pass(), copying]), 'first piece of the copy');
      await context.harness.write(binding, 5);
      await context.harness.digest(binding);
      assert.ok(progress.bytesDone <= bytesTaken, `${progress.bytesDone} bytes given to a target that took ${bytesTaken}`);
      gate.open();
      const { part } = await copying;
      progress.assertEndedAt(part.logicalBytes);
    },
  },
  {
    name: 'when the target fails, copy rejects with its error and the next copy works',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId } = await context.make(50);
      const copy = new MemoryCopy();
      const full = () => {
        throw new BrokerError('CAPACITY_EXCEEDED', 'the repository is full; add room');
      };
      await expectBrokerError(context.copy(dataServiceId, copy.target({ before: full })), 'CAPACITY_EXCEEDED');
      assert.equal(copy.content, undefined);
      await context.assertNothingLeft();
      await context.copy(dataServiceId, copy.target());
      assert.ok(copy.content);
    },
  },
  {
    name: 'a cancelled copy rejects with CANCELLED, publishes nothing and leaves nothing in the data service',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(50);
      const copy = new MemoryCopy();
      const gate = new Gate();
      const reached = new Gate();
      const cancel = new AbortController();
      const target = copy.target({
        before: () => {
          reached.open();
          return gate.pass();
        },
      });
      const copying = context.copy(dataServiceId, target, { signal: cancel.signal });
      await withinDeadline(Promise.race([reached.pass(), copying]), 'first piece of the copy');
      cancel.abort();
      gate.open();
      await expectBrokerError(copying, 'CANCELLED');
      assert.equal(copy.content, undefined);
      await context.assertNothingLeft();
      await context.harness.write(binding, 1);
    },
  },
  {
    name: 'two copies of one data service run side by side',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId } = await context.make(20);
      const [one, two] = [new MemoryCopy(), new MemoryCopy()];
      await Promise.all([context.copy(dataServiceId, one.target()), context.copy(dataServiceId, two.target())]);
      assert.ok(one.content && two.content);
    },
  },
  {
    name: 'the size estimate is of the right order, or NOT_SUPPORTED',
    requires: [byteStreams],
    run: async (context) => {
      const { dataServiceId } = await context.make(100);
      const format = await context.format();
      const { capabilities } = await context.broker.info();
      if (capabilities.sizeEstimate !== true) {
        await expectBrokerError(context.broker.estimateCopySize({ dataServiceId, format }), 'NOT_SUPPORTED');
        return;
      }
      const estimate = await context.broker.estimateCopySize({ dataServiceId, format });
      const { part } = await context.copy(dataServiceId, new MemoryCopy().target());
      assert.ok(estimate > part.logicalBytes / 10 && estimate < part.logicalBytes * 10, `${estimate} estimated, ${part.logicalBytes} written`);
      await expectBrokerError(context.broker.estimateCopySize({ dataServiceId: context.newId(), format }), 'NOT_FOUND');
    },
  },
];
