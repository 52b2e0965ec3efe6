import assert from 'node:assert/strict';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { type DataServiceContext, reopening } from './data-service-context.js';

/** `bind` and `unbind`. */
export const bindingCases: readonly ConformanceCase<DataServiceContext>[] = [
  {
    name: 'a binding carries a uri, and host and port where the data service listens on ports',
    run: async (context) => {
      const { bindingId, binding } = await context.make();
      assert.equal(binding.bindingId, bindingId);
      assert.ok(binding.values['uri'], 'no value "uri"');
      if (binding.ports.length === 0 && binding.values['port'] === undefined) return;
      assert.ok(binding.values['host'], 'no value "host"');
      assert.ok(binding.ports.some(({ port }) => String(port) === binding.values['port']), 'its port is not among the ports');
    },
  },
  {
    name: 'bind repeated with the same id answers the same values',
    run: async (context) => {
      const { dataServiceId, bindingId, binding } = await context.make();
      assert.deepEqual(await context.broker.bind({ dataServiceId, bindingId }), binding);
    },
  },
  {
    name: 'two simultaneous binds with the same id answer the same values, and they work',
    run: async (context) => {
      const { dataServiceId } = await context.make();
      const request = { dataServiceId, bindingId: newCaseId() };
      const [one, two] = await Promise.all([context.broker.bind(request), context.broker.bind(request)]);
      assert.deepEqual(one, two);
      await context.harness.write(one, 1);
    },
  },
  {
    name: 'every dependent has credentials of its own, and all see and change the same content',
    run: async (context) => {
      const { dataServiceId, binding } = await context.make(2);
      const other = await context.broker.bind({ dataServiceId, bindingId: newCaseId() });
      assert.notEqual(other.values['uri'], binding.values['uri'], 'two bindings share their credentials');
      assert.equal(await context.harness.digest(other), await context.harness.digest(binding));
      await context.harness.write(other, 1);
      await context.harness.write(binding, 1);
      assert.equal(await context.harness.digest(other), await context.harness.digest(binding));
    },
  },
  {
    name: 'unbind makes the credentials worthless and leaves those of others and the content alone',
    run: async (context) => {
      const { dataServiceId, bindingId, binding } = await context.make(3);
      const other = await context.broker.bind({ dataServiceId, bindingId: newCaseId() });
      const digest = await context.harness.digest(other);
      await context.broker.unbind({ dataServiceId, bindingId });
      await assert.rejects(context.harness.digest(binding), 'the credentials still work');
      assert.equal(await context.harness.digest(other), digest);
      await context.harness.write(other, 1);
    },
  },
  {
    name: 'unbind of an unknown binding or data service is success, also when repeated',
    run: async (context) => {
      const { dataServiceId, bindingId } = await context.make();
      await context.broker.unbind({ dataServiceId, bindingId });
      await context.broker.unbind({ dataServiceId, bindingId });
      await context.broker.unbind({ dataServiceId: context.newId(), bindingId });
    },
  },
  {
    name: 'bind after unbind with the same id makes new credentials',
    run: async (context) => {
      const { dataServiceId, bindingId, binding } = await context.make(1);
      await context.broker.unbind({ dataServiceId, bindingId });
      const again = await context.broker.bind({ dataServiceId, bindingId });
      assert.notDeepEqual(again.values, binding.values);
      await context.harness.write(again, 1);
    },
  },
  {
    name: 'a binding removed stays removed after the broker is closed and opened again',
    requires: [reopening],
    run: async (context) => {
      const { dataServiceId, bindingId, binding } = await context.make(1);
      const kept = await context.broker.bind({ dataServiceId, bindingId: newCaseId() });
      await context.broker.unbind({ dataServiceId, bindingId });
      await context.harness.reopen?.();
      const address = await context.broker.bind({ dataServiceId, bindingId: kept.bindingId });
      await context.harness.write(address, 1);
      const stolen = context.harness.withAddressOf?.(binding, address) ?? binding;
      await assert.rejects(context.harness.digest(stolen), 'the credentials work again');
    },
  },
];
