import { expect, it } from 'vitest';
import { ReadAhead } from './read-ahead.js';

const afterThis = () => new Promise((resolve) => setImmediate(resolve));

it('gives what has come together, and reads no further ahead than it may', async () => {
  let made = 0;
  async function* numbers() {
    for (;;) yield ++made;
  }
  const queue = new ReadAhead(numbers(), 3);
  expect(await queue.next()).toEqual({ done: false, value: 1 });
  await afterThis();
  expect(made).toBe(4);
  expect(queue.takeWaiting(10)).toEqual([2, 3, 4]);
  await afterThis();
  expect(made).toBe(7);
  expect(queue.takeWaiting(2)).toEqual([5, 6]);
});

it('throws what its source throws behind all that came before it', async () => {
  async function* broken() {
    yield 1;
    yield 2;
    throw new Error('away');
  }
  const queue = new ReadAhead(broken(), 10);
  expect((await queue.next()).value).toBe(1);
  await afterThis();
  expect((await queue.next()).value).toBe(2);
  await expect(queue.next()).rejects.toThrow('away');
});

it('ends a wait when it is returned, and returns its source', async () => {
  let isReturned = false;
  const source = {
    next: () => new Promise<IteratorResult<number>>(() => {}),
    return: () => {
      isReturned = true;
      return Promise.resolve({ done: true as const, value: undefined });
    },
  };
  const queue = new ReadAhead({ [Symbol.asyncIterator]: () => source }, 10);
  const next = queue.next();
  queue.return();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(isReturned).toBe(true);
});

it('is over when its source is', async () => {
  async function* one() {
    yield 1;
  }
  const queue = new ReadAhead(one(), 10);
  expect((await queue.next()).value).toBe(1);
  expect((await queue.next()).done).toBe(true);
});
