import { expect, it } from 'vitest';
import { ConcurrencyLimit } from './concurrency-limit.js';

it('runs so many at a time, in order, and forgets those that left', async () => {
  const limit = new ConcurrencyLimit(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const { signal } = new AbortController();
  const run = (n: number, own = signal): Promise<number> =>
    limit.run(own, async () => {
      started.push(n);
      await new Promise<void>((resolve) => (finish[n] = resolve));
      return n;
    });
  const leaving = new AbortController();
  const tasks = [run(0), run(1), run(2, leaving.signal), run(3)];
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1]);
  leaving.abort(new Error('left'));
  await expect(tasks[2]).rejects.toThrow('left');
  finish[1]!();
  await tasks[1];
  await new Promise(setImmediate);
  expect(started).toEqual([0, 1, 3]);
  finish[0]!();
  finish[3]!();
  expect(await Promise.all([tasks[0], tasks[3]])).toEqual([0, 3]);
  await expect(limit.run(signal, async () => 'free again')).resolves.toBe('free again');
});

it('frees the slot of a task that fails', async () => {
  const limit = new ConcurrencyLimit(1);
  const { signal } = new AbortController();
  await expect(limit.run(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(limit.run(signal, async () => 1)).resolves.toBe(1);
});
