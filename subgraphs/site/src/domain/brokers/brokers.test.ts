import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCopyDocument, deployDocument, pairsManifest } from '../../testing/documents.js';
import type { Loose } from '../../testing/site-client.js';
import { TestSite } from '../../testing/test-site.js';

let site: TestSite;

beforeAll(async () => {
  site = await TestSite.start({ limits: { tidyIntervalMs: 200 } });
});
afterAll(() => site?.remove());

const list = () => site.client.get('{ brokers { id kind name product plans { id protocols { name } } embedded site { id } } copyRepositories { id name usedBytes partCount broker { name } } }');
const addDocument = 'mutation ($input: AddCopyRepositoryInput!) { addCopyRepository(input: $input) { copyRepository { id name partCount } } }';

describe('brokers of a Site', () => {
  it('keep their ids over restarts, and a copy repository broker has a first repository', async () => {
    const before = await list();
    expect(before.brokers.map(({ kind, name }: Loose) => `${kind} ${name}`).sort()).toEqual(['COPY_REPOSITORY memory', 'DATA_SERVICE memory', 'PAAS memory']);
    expect(before.copyRepositories).toMatchObject([{ name: 'default', usedBytes: 0, partCount: 0, broker: { name: 'memory' } }]);
    await site.stop();
    await site.startAgain();
    expect(await list()).toEqual(before);
  });

  it('take further repositories, each under a name of its own, and copies go where they are sent', async () => {
    const { brokers } = await list();
    const brokerId = brokers.find(({ kind }: Loose) => kind === 'COPY_REPOSITORY').id;
    const { addCopyRepository } = await site.client.get(addDocument, { input: { brokerId, name: 'vault' } });
    expect(addCopyRepository.copyRepository).toMatchObject({ name: 'vault', partCount: 0 });
    expect(await site.client.refusal(addDocument, { input: { brokerId, name: 'vault' } })).toMatchObject({ code: 'NAME_TAKEN' });
    expect(await site.client.refusal(addDocument, { input: { brokerId, name: 'odd', properties: [{ name: 'colour', value: 'red' }] } })).toMatchObject({ code: 'BAD_INPUT' });

    const { payload } = await site.client.run(deployDocument, { input: { siteId: site.siteId, name: 'app', manifest: pairsManifest } });
    await site.client.run(createCopyDocument, { input: { appInstanceId: payload.appInstance.id, repositoryId: addCopyRepository.copyRepository.id } });
    const { copyRepositories } = await list();
    expect(copyRepositories.map(({ name, partCount }: Loose) => [name, partCount])).toEqual([['default', 0], ['vault', 1]]);
  });

  it('have repositories with limits, when they are added and while they are used', async () => {
    const { brokers } = await list();
    const brokerId = brokers.find(({ kind }: Loose) => kind === 'COPY_REPOSITORY').id;
    const limitsOf = async (name: string) => (await site.client.get('{ copyRepositories { name limits { readBytesPerSecond writeBytesPerSecond operations } } }')).copyRepositories.find((one: Loose) => one.name === name).limits;
    const { addCopyRepository } = await site.client.get(addDocument, { input: { brokerId, name: 'slow', limits: { writeBytesPerSecond: 100_000, operations: 2 } } });
    const repositoryId = addCopyRepository.copyRepository.id;
    expect(await limitsOf('slow')).toEqual({ readBytesPerSecond: null, writeBytesPerSecond: 100_000, operations: 2 });
    expect(await limitsOf('default')).toEqual({ readBytesPerSecond: null, writeBytesPerSecond: null, operations: 4 });
    const isLimited = async (direction: 'read' | 'write') => (await site.brokers.copyRepository.chunks!.reserve!({ repositoryId, direction, forPart: 'p', bytes: 0 })).isLimited;
    expect([await isLimited('read'), await isLimited('write')]).toEqual([false, true]);

    const set = 'mutation ($input: SetRepositoryLimitsInput!) { setRepositoryLimits(input: $input) { copyRepository { name limits { operations } } } }';
    await site.client.get(set, { input: { repositoryId, readBytesPerSecond: 70_000, operations: null } });
    expect(await limitsOf('slow')).toEqual({ readBytesPerSecond: 70_000, writeBytesPerSecond: 100_000, operations: 4 });
    await site.client.get(set, { input: { repositoryId, writeBytesPerSecond: null } });
    expect([await isLimited('read'), await isLimited('write')]).toEqual([true, false]);
    for (const wrong of [{ readBytesPerSecond: 1 }, { writeBytesPerSecond: -1 }, { operations: 0 }, { operations: 1_001 }]) {
      expect(await site.client.refusal(set, { input: { repositoryId, ...wrong } })).toMatchObject({ code: 'BAD_INPUT' });
    }
    expect(await site.client.refusal(set, { input: { repositoryId: `${site.siteId}.repository.01920000-0000-7000-8000-000000000000`, operations: 1 } })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await site.client.refusal(addDocument, { input: { brokerId, name: 'slower', limits: { readBytesPerSecond: 5 } } })).toMatchObject({ code: 'BAD_INPUT' });

    // Another broker process, as after a restart of the machine, and what another replica has changed.
    await site.stop();
    await site.brokers.copyRepository.setBandwidth!(repositoryId, {});
    await site.startAgain();
    expect([await isLimited('read'), await isLimited('write')]).toEqual([true, false]);
    await site.rows('UPDATE copy_repositories SET write_bytes_per_second = 90000 WHERE id = $1', [repositoryId]);
    await expect.poll(() => isLimited('write'), { timeout: 20_000 }).toBe(true);
  });

  it('can be removed when nothing uses them, and then stay out', async () => {
    const { brokers } = await list();
    const used = brokers.find(({ kind }: Loose) => kind === 'PAAS').id;
    const remove = 'mutation ($input: RemoveBrokerInput!) { removeBroker(input: $input) { brokerId } }';
    expect(await site.client.refusal(remove, { input: { brokerId: used } })).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('1 app services') as string });
    const { appInstances } = await site.client.get('{ appInstances { edges { node { id } } } }');
    await site.client.run('mutation ($input: DeleteAppInput!) { deleteApp(input: $input) { operation { id } } }', { input: { appInstanceId: appInstances.edges[0].node.id } });
    await site.client.get(remove, { input: { brokerId: used } });
    const refusal = await site.client.refusal(deployDocument, { input: { siteId: site.siteId, name: 'homeless', manifest: pairsManifest } });
    expect(refusal).toMatchObject({ code: 'MANIFEST_INVALID', message: expect.stringContaining('they run: nothing') as string });
    await site.stop();
    await site.startAgain();
    expect((await list()).brokers.map(({ kind }: Loose) => kind)).not.toContain('PAAS');
  });
});
