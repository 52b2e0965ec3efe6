import { EngineHarness, metadata, randomBytes, streamOf } from '@ocopea/repository-engine/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { repairPart } from './repair-part.js';

const key = { repositoryId: 'r', partId: 'p' };

describe('a damaged part', () => {
  let damaged: EngineHarness;
  let sound: EngineHarness;
  const content = randomBytes(1_000_000, 1);

  beforeEach(async () => {
    [damaged, sound] = await Promise.all([EngineHarness.open({ chunkBytes: 65_536, packBytes: 300_000 }), EngineHarness.open({ chunkBytes: 65_536 })]);
    await damaged.broker.createRepository({ repositoryId: 'r', properties: {} });
    await damaged.broker.writePart(key, metadata, streamOf(content));
    await sound.broker.createRepository({ repositoryId: 'elsewhere', properties: { encryption: 'none' } });
  });
  afterEach(() => Promise.all([damaged.close(), sound.close()]));

  const sources = () => [{ chunks: sound.broker.chunks!, repositoryId: 'elsewhere' }];
  const put = (bytes: Uint8Array) => sound.broker.writePart({ repositoryId: 'elsewhere', partId: 'of-another-id' }, metadata, streamOf(bytes));
  const packs = () => [...damaged.store('r').objects.keys()].filter((one) => one.startsWith('packs/'));

  it('is whole again with the chunks of another repository, and stays so after a restart', async () => {
    await put(content);
    await damaged.damage(key, 'flip');
    expect((await damaged.broker.verifyPart(key)).intact).toBe(false);
    const { repaired, lost } = await repairPart({ broker: damaged.broker, key, sources: sources() });
    expect({ repaired: repaired.length, lost }).toEqual({ repaired: 1, lost: [] });
    await damaged.crash();
    expect(await damaged.broker.verifyPart(key)).toEqual({ intact: true, bytesRead: content.length, problems: [] });
    expect(await repairPart({ broker: damaged.broker, key, sources: sources() })).toEqual({ repaired: [], lost: [] });
  });

  it('is whole again when a pack is gone, chunk by chunk', async () => {
    await put(content);
    damaged.store('r').objects.delete(packs()[0]!);
    const { repaired, lost } = await repairPart({ broker: damaged.broker, key, sources: sources() });
    expect(repaired.length).toBeGreaterThan(2);
    expect(lost).toEqual([]);
    expect((await damaged.broker.verifyPart(key)).intact).toBe(true);
  });

  it('is told what nobody could give', async () => {
    await put(content.subarray(0, 131_072));
    for (const pack of packs()) damaged.store('r').objects.delete(pack);
    const { repaired, lost } = await repairPart({ broker: damaged.broker, key, sources: sources() });
    expect({ repaired: repaired.length, lost: lost.length }).toEqual({ repaired: 2, lost: 14 });
    const { intact, problems } = await damaged.broker.verifyPart(key);
    expect({ intact, problems: problems.length }).toEqual({ intact: false, problems: 14 });
  });
});
