import assert from 'node:assert/strict';
import { newCaseId } from '../case-ids.js';
import type { ConformanceCase } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { randomContent } from '../test-content.js';
import { type CopyRepositoryContext, reopening } from './copy-repository-context.js';

/** `info`, repositories, `stats`. */
export const repositoryCases: readonly ConformanceCase<CopyRepositoryContext>[] = [
  {
    name: 'info names the product, a semantic version, formats, copy protocols, and has chunks exactly when it declares them',
    run: async ({ broker }) => {
      const info = await broker.info();
      assert.match(info.product, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.match(info.version, /^\d+\.\d+\.\d+/);
      assert.ok(info.formats.length > 0 && info.copyProtocols.length > 0, 'no format or no copy protocol');
      assert.equal(broker.chunks !== undefined, info.capabilities.chunks === true);
    },
  },
  {
    name: 'createRepository makes an empty repository, and repeated keeps what is in it',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      assert.ok((await context.broker.listRepositories()).includes(repositoryId));
      assert.equal((await context.broker.stats(repositoryId)).parts, 0);
      const part = await context.put(randomContent(1_000), repositoryId);
      await context.broker.createRepository({ repositoryId, properties: context.harness.properties(repositoryId) });
      assert.deepEqual(await context.listParts(repositoryId), [part]);
    },
  },
  {
    name: 'createRepository with the same id and other properties is ALREADY_EXISTS',
    requires: [{ name: 'properties to choose from', isMet: ({ harness }) => harness.otherProperties !== undefined }],
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const properties = context.harness.otherProperties?.(repositoryId) ?? {};
      await expectBrokerError(context.broker.createRepository({ repositoryId, properties }), 'ALREADY_EXISTS');
    },
  },
  {
    name: 'createRepository with an unknown property is INVALID_REQUEST and names it',
    run: async ({ broker, harness }) => {
      const repositoryId = newCaseId();
      const properties = { ...harness.properties(repositoryId), noSuchProperty: '1' };
      const error = await expectBrokerError(broker.createRepository({ repositoryId, properties }), 'INVALID_REQUEST');
      assert.match(error.message, /noSuchProperty/);
      assert.ok(!(await broker.listRepositories()).includes(repositoryId));
    },
  },
  {
    name: 'a forgotten repository is gone but its data stays: made again, it is taken over with its parts',
    run: async (context) => {
      const content = randomContent(100_000);
      const part = await context.put(content);
      const { repositoryId } = part;
      await context.broker.forgetRepository(repositoryId);
      await context.broker.forgetRepository(repositoryId);
      assert.ok(!(await context.broker.listRepositories()).includes(repositoryId));
      await expectBrokerError(context.broker.getPart(part), 'NOT_FOUND');
      await context.broker.createRepository({ repositoryId, properties: context.harness.properties(repositoryId) });
      assert.deepEqual(await context.broker.getPart(part), part);
      await context.assertHolds(part, content);
    },
  },
  {
    name: 'every call for an unknown repository is NOT_FOUND; deletePart is success',
    run: async (context) => {
      const key = { repositoryId: newCaseId(), partId: 'part' };
      await expectBrokerError(context.broker.stats(key.repositoryId), 'NOT_FOUND');
      await expectBrokerError(context.broker.listParts(key.repositoryId), 'NOT_FOUND');
      await expectBrokerError(context.broker.getPart(key), 'NOT_FOUND');
      await expectBrokerError(context.broker.verifyPart(key), 'NOT_FOUND');
      await expectBrokerError(context.read(key), 'NOT_FOUND');
      await context.broker.deletePart(key);
    },
  },
  {
    name: 'stats count parts and bytes, and the bytes of a part come back when it is deleted',
    run: async (context) => {
      const repositoryId = await context.makeRepository();
      const before = await context.usedBytes(repositoryId);
      const part = await context.put(randomContent(500_000), repositoryId);
      const stats = await context.broker.stats(repositoryId);
      assert.equal(stats.parts, 1);
      assert.ok(stats.usedBytes >= before + 500_000, `${stats.usedBytes} bytes used by 500,000 that cannot be compressed`);
      await context.broker.deletePart(part);
      assert.equal((await context.broker.stats(repositoryId)).parts, 0);
      assert.ok((await context.usedBytes(repositoryId)) <= before, 'the space did not come back');
    },
  },
  {
    name: 'closed and opened again, it has its repositories with their parts',
    requires: [reopening],
    run: async (context) => {
      const content = randomContent(300_000);
      const part = await context.put(content);
      await context.harness.reopen?.();
      assert.ok((await context.broker.listRepositories()).includes(part.repositoryId));
      assert.deepEqual(await context.broker.getPart(part), part);
      await context.assertHolds(part, content);
    },
  },
];
