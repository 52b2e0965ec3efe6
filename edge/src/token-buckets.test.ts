import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

function buckets(options: { perSecond?: number; burst?: number; maxBuckets?: number } = {}) {
  let nowMs = 0;
  const tokens = new TokenBuckets({ perSecond: 2, burst: 3, maxBuckets: 10, now: () => nowMs, ...options });
  return { tokens, after: (ms: number) => (nowMs += ms), takeAll: (key: string, times: number) => Array.from({ length: times }, () => tokens.take(key)) };
}

describe('TokenBuckets', () => {
  it('gives as many as a full bucket has, and says when there is the next', () => {
    const { takeAll } = buckets();
    expect(takeAll('a', 4)).toEqual([0, 0, 0, 500]);
  });

  it('fills again as time goes by, up to a full bucket', () => {
    const { takeAll, after } = buckets();
    takeAll('a', 3);
    after(499);
    expect(takeAll('a', 1)).toEqual([expect.closeTo(1)]);
    after(1);
    expect(takeAll('a', 2)).toEqual([0, 500]);
    after(3_600_000);
    expect(takeAll('a', 4)).toEqual([0, 0, 0, 500]);
  });

  it('keeps callers apart', () => {
    const { takeAll } = buckets();
    takeAll('a', 3);
    expect(takeAll('b', 1)).toEqual([0]);
  });

  it('takes nothing from whom it refuses', () => {
    const { takeAll, after } = buckets();
    takeAll('a', 100);
    after(500);
    expect(takeAll('a', 1)).toEqual([0]);
  });

  it('says how long there is to wait without taking anything', () => {
    const { tokens, takeAll, after } = buckets();
    expect([tokens.wait('a'), tokens.size]).toEqual([0, 0]);
    takeAll('a', 3);
    expect([tokens.wait('a'), tokens.wait('a')]).toEqual([500, 500]);
    after(500);
    expect([tokens.wait('a'), ...takeAll('a', 2)]).toEqual([0, 0, 500]);
  });

  it('has no limit when nothing comes back in a second', () => {
    const { tokens, takeAll } = buckets({ perSecond: 0 });
    expect(takeAll('a', 1_000).every((waitMs) => waitMs === 0)).toBe(true);
    expect(tokens.size).toBe(0);
  });

  it('keeps no more buckets than it may, and lets those beyond share one', () => {
    const { tokens, takeAll, after } = buckets();
    for (let caller = 0; caller < 1_000; caller += 1) tokens.take(`caller ${caller}`);
    expect(tokens.size).toBe(10);
    expect(takeAll('yet another', 1)).toEqual([500]);
    expect(takeAll('caller 3', 2)).toEqual([0, 0]);
    // Buckets that are full by now make room.
    after(500);
    expect(takeAll('yet another', 3)).toEqual([0, 0, 0]);
    expect(tokens.size).toBe(10);
  });
});
