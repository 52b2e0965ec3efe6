import { once } from 'node:events';
import { appendFile, chmod, chown, lchown, link, lutimes, mkdir, open, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { MemoryCopy } from '@ocopea/broker-conformance/cases';
import { describe, expect, it } from 'vitest';
import { makeFifo, writeAttributes, writeTimes } from './posix-calls.js';
import { treeSnapshot } from './testing/tree-snapshot.js';
import { VolumeFixture } from './testing/volume-fixture.js';

const isRoot = process.geteuid?.() === 0;
const half = Buffer.alloc(400_000, 'x');

describe('a copy of a volume', () => {
  it('restores permissions, owners, times, links, holes, attributes, fifos, and names in any bytes', async () => {
    await using volume = await VolumeFixture.make();
    const at = (name: string | Buffer) => Buffer.concat([Buffer.from(volume.path), Buffer.from(name)]);
    const odd = Buffer.from([0xff, 0xfe, 0x0a, 0x22, 0x5c, 0x20]);
    await mkdir(at('folder/deep/deeper'), { recursive: true });
    await mkdir(at('empty'));
    await writeFile(at(odd), 'named in bytes');
    await writeFile(at('n'.repeat(255)), '');
    await writeFile(at('folder/run'), '#!/bin/sh\n', { mode: 0o700 });
    await chmod(at('folder/run'), 0o4751);
    await link(at('folder/run'), at('folder/deep/same'));
    await link(at('folder/run'), at('another'));
    await symlink('../nowhere', at('dangling'));
    await symlink(odd, at('folder/to-odd'));
    await lutimes(at('dangling'), 1_000_000_000, 1_000_000_001);
    makeFifo(at('fifo'));
    await using sparse = await open(at('sparse'), 'w');
    await sparse.write('begin', 0);
    await sparse.write('beyond eight gibibytes', 9 * 2 ** 30);
    await sparse.truncate(10 * 2 ** 30);
    await writeFile(at('holes-at-both-ends'), '');
    await using holes = await open(at('holes-at-both-ends'), 'r+');
    await holes.write('middle', 1_000_000);
    await holes.truncate(3_000_000);
    writeAttributes(at('folder/run'), [{ name: Buffer.from('user.note'), value: Buffer.from([0, 1, 255]) }, { name: Buffer.from('user.empty'), value: Buffer.alloc(0) }]);
    writeAttributes(at('folder'), [{ name: Buffer.from('user.label'), value: Buffer.from('x'.repeat(2000)) }]);
    if (isRoot) {
      await chown(at('folder/deep'), 12_345, 54_321);
      await lchown(at('dangling'), 7, 8);
    }
    await chmod(at('folder/deep/deeper'), 0o2555);
    await chmod(at('folder/deep'), 0o1777);
    writeTimes(at('folder/run'), -5n, -1n);
    writeTimes(at('folder'), 1_234_567_890_123_456_789n, 1_234_567_890_987_654_321n);
    await chmod(volume.path, 0o751);
    const before = await treeSnapshot(volume.path);

    const copy = new MemoryCopy();
    const { warnings, part } = await volume.copy(copy);
    const restored = await volume.restore(copy);

    expect(warnings).toEqual([]);
    expect(part.logicalBytes).toBeLessThan(100_000);
    expect(await treeSnapshot(restored)).toEqual(before);
    expect((await stat(join(restored, 'sparse'))).blocks).toBeLessThan(100);
    expect(await treeSnapshot(volume.path)).toEqual(before);
  });

  it('can be deleted with folders that nobody may write', async () => {
    await using volume = await VolumeFixture.make();
    await mkdir(join(volume.path, 'closed'));
    await writeFile(join(volume.path, 'closed/file'), '');
    await chmod(join(volume.path, 'closed'), 0o555);
    await volume.broker.delete('source');
    expect((await volume.broker.list()).items).toEqual([]);
  });

  it('takes what is written, replaced, linked, moved and removed while it is taken', async () => {
    await using volume = await VolumeFixture.make();
    const at = (name: string) => join(volume.path, name);
    for (const folder of ['a/b', 'becomes-file/in', 'moves/in', 'z']) await mkdir(at(folder), { recursive: true });
    for (const name of ['a/b/one', 'a/two', 'becomes-file/in/three', 'becomes-folder', 'moves/in/four', 'z/large', 'z/linked']) await writeFile(at(name), half);
    await link(at('z/linked'), at('a/other-name'));
    let isFirst = true;
    const change = async () => {
      if (!isFirst) return;
      isFirst = false;
      await writeFile(at('a/two'), 'changed');
      await unlink(at('a/b/one'));
      await rm(at('becomes-file'), { recursive: true });
      await writeFile(at('becomes-file'), 'a file now');
      await unlink(at('becomes-folder'));
      await mkdir(at('becomes-folder/with'), { recursive: true });
      await rename(at('moves'), at('b-moved'));
      await appendFile(at('z/linked'), 'more');
      await link(at('z/large'), at('a/b/large-too'));
      await chmod(at('z'), 0o555);
      await utimes(at('a'), 1, 1);
    };
    const copy = new MemoryCopy();
    const { warnings, consistencyPoint } = await volume.copy(copy, { before: change });
    expect(isFirst).toBe(false);
    expect(warnings).toEqual([]);
    expect(consistencyPoint.at.getTime()).toBeLessThanOrEqual(Date.now());
    expect(await treeSnapshot(await volume.restore(copy))).toEqual(await treeSnapshot(volume.path));
  });

  it('says what changed again and again while it was read', async () => {
    await using volume = await VolumeFixture.make();
    await writeFile(join(volume.path, 'restless'), half);
    const before = () => appendFile(join(volume.path, 'restless'), 'more');
    const { warnings } = await volume.copy(new MemoryCopy(), { before });
    expect(warnings).toEqual([expect.stringContaining('"restless"')]);
  });

  it('with a barrier holds what was written before everybody arrived, and nothing written after it left', async () => {
    await using volume = await VolumeFixture.make();
    const at = (name: string) => join(volume.path, name);
    await writeFile(at('first'), half);
    const events: string[] = [];
    const arrive = async () => {
      events.push('arrive');
      await writeFile(at('first'), 'shorter');
      await writeFile(at('second'), 'just before');
    };
    const leave = () => void events.push('leave');
    const copy = new MemoryCopy();
    const { warnings } = await volume.copy(copy, { barrier: { arrive, leave } });
    const before = await treeSnapshot(volume.path);
    await writeFile(at('third'), 'after');
    expect(events).toEqual(['arrive', 'leave']);
    expect(warnings).toEqual([]);
    expect(await treeSnapshot(await volume.restore(copy))).toEqual(before);
  });

  it('leaves sockets out and says so', async () => {
    await using volume = await VolumeFixture.make();
    const server = createServer().listen(join(volume.path, 's'));
    await once(server, 'listening');
    const copy = new MemoryCopy();
    const { warnings } = await volume.copy(copy);
    await volume.restore(copy);
    server.close();
    expect(warnings).toEqual([expect.stringContaining('1 sockets')]);
  });
});
