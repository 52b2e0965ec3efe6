import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventPace } from './event-pace.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const afterThisTick = () => new Promise((resolve) => setImmediate(resolve));

it('lets what comes after a pause begin at once, for all who are given it', async () => {
  const pace = new EventPace();
  expect([pace.turn(), pace.turn()]).toEqual([undefined, undefined]);
  await afterThisTick();
  vi.advanceTimersByTime(5);
  expect(pace.turn()).toBeUndefined();
});

it('makes all that comes right after another wait for one turn', async () => {
  const pace = new EventPace();
  pace.turn();
  await afterThisTick();
  vi.advanceTimersByTime(1);
  const begun: string[] = [];
  const turns = ['first', 'second'].map((name) => pace.turn()!.then(() => begun.push(name)));
  vi.advanceTimersByTime(3);
  await afterThisTick();
  expect(begun).toEqual([]);
  vi.advanceTimersByTime(1);
  await Promise.all(turns);
  expect(begun).toEqual(['first', 'second']);
  await afterThisTick();
  expect(pace.turn()).toBeInstanceOf(Promise);
});
