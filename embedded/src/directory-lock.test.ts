import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DirectoryLock } from './directory-lock.js';
import { temporaryDirectory } from './testing/temporary-directory.js';
import { TestProgram } from './testing/test-program.js';

let holder: TestProgram;
beforeAll(async () => {
  holder = await TestProgram.build(join(import.meta.dirname, 'testing/lock-holder.ts'));
});
afterAll(() => holder.remove());

const any = () => true;

describe('DirectoryLock', () => {
  it('refuses a second taker and names the holder', async () => {
    await using directory = await temporaryDirectory();
    await using lock = await DirectoryLock.take(directory.path);
    await expect(DirectoryLock.take(directory.path)).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED', message: expect.stringContaining('this process') as string });
    const other = holder.start(directory.path);
    expect(await other.message<string>(any)).toContain(`process ${process.pid}`);
    await other.kill();
    expect(lock.directory).toBe(directory.path);
  });

  it('is free again once it is given back, any number of times', async () => {
    await using directory = await temporaryDirectory();
    for (let round = 0; round < 3; round++) {
      const lock = await DirectoryLock.take(directory.path);
      await lock.release();
      await lock.release();
    }
    expect((await readdir(directory.path)).length).toBe(1);
  });

  it('is taken over from a holder that was killed', async () => {
    await using directory = await temporaryDirectory();
    const other = holder.start(directory.path);
    expect(await other.message<string>(any)).toBe('held');
    await expect(DirectoryLock.take(directory.path)).rejects.toMatchObject({ code: 'DIRECTORY_LOCKED' });
    await other.kill();
    await using lock = await DirectoryLock.take(directory.path);
    expect(lock.directory).toBe(directory.path);
  });

  it('goes to exactly one of many that take over at the same time', async () => {
    await using directory = await temporaryDirectory();
    for (let round = 0; round < 20; round++) {
      const results = await Promise.allSettled(Array.from({ length: 12 }, () => DirectoryLock.take(directory.path)));
      const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(taken.length).toBe(1);
      await taken[0]!.release();
    }
  });
});
