import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ByteRate } from './index.js';

describe('a byte rate', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** Moves pieces for ever, and says what has gone. */
  function mover(rate: ByteRate, pieceBytes: number, signal?: AbortSignal): { bytes: number; readonly ended: Promise<unknown> } {
    const flow = rate.flow();
    const moved = { bytes: 0, ended: Promise.resolve() as Promise<unknown> };
    moved.ended = (async () => {
      for (;;) {
        await flow.take(pieceBytes, signal);
        moved.bytes += pieceBytes;
      }
    })().catch((error: unknown) => error);
    return moved;
  }

  it('lets pass what it says, and one piece', async () => {
    const moved = mover(new ByteRate(1_000), 100);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(moved.bytes).toBe(10_100);
  });

  it('does not make up for an idle time', async () => {
    const rate = new ByteRate(1_000);
    await vi.advanceTimersByTimeAsync(60_000);
    const moved = mover(rate, 100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(moved.bytes).toBe(1_100);
  });

  it('lets a piece pass that is larger than it gives in a second, and then waits for it', async () => {
    const moved = mover(new ByteRate(1_000), 5_000);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(moved.bytes).toBe(5_000);
    await vi.advanceTimersByTimeAsync(1);
    expect(moved.bytes).toBe(10_000);
  });

  it('is shared alike, whatever the sizes of pieces and whoever came first', async () => {
    const rate = new ByteRate(10_000);
    const large = mover(rate, 5_000);
    await vi.advanceTimersByTimeAsync(20_000);
    const before = large.bytes;
    const small = mover(rate, 100);
    await vi.advanceTimersByTimeAsync(100_000);
    const sum = large.bytes - before + small.bytes;
    expect(sum).toBeGreaterThan(990_000);
    expect(Math.abs(large.bytes - before - small.bytes)).toBeLessThan(11_000);
  });

  it('gives what turned out not to be needed to the next at once', async () => {
    const rate = new ByteRate(1_000);
    const flow = rate.flow();
    await flow.take(100_000);
    const moved = mover(rate, 100);
    await vi.advanceTimersByTimeAsync(10);
    expect(moved.bytes).toBe(0);
    flow.giveBack(100_000);
    await vi.advanceTimersByTimeAsync(0);
    expect(moved.bytes).toBeGreaterThan(0);
  });

  it('lets who is cancelled go at once, and the others on', async () => {
    const rate = new ByteRate(1_000);
    const stop = new AbortController();
    const [stopped, other] = [mover(rate, 1_000, stop.signal), mover(rate, 1_000)];
    await vi.advanceTimersByTimeAsync(1_500);
    stop.abort();
    expect(await stopped.ended).toMatchObject({ code: 'CANCELLED' });
    const { bytes } = other;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(other.bytes - bytes).toBe(10_000);
  });

  it('counts from now on when it is changed, also for who waits', async () => {
    const rate = new ByteRate(10);
    const stop = new AbortController();
    const moved = mover(rate, 10_000, stop.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(moved.bytes).toBe(10_000);
    rate.set(10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(moved.bytes).toBe(110_000);
    stop.abort();
    await moved.ended;
    const flow = rate.flow();
    const free = flow.take(1);
    rate.set(undefined);
    await free;
    await flow.take(1e12);
    await flow.take(1e12);
  });

  it('sends away who must not wait, and keeps a place for who comes back', async () => {
    const rate = new ByteRate(1_000);
    expect(rate.reserve('p', 4_000)).toBe(0);
    expect(rate.reserve('p', 0)).toBe(0);
    rate.charge(4_000, 'p');
    expect(rate.reserve('q', 1_000)).toBe(4_000);
    const moved = mover(rate, 1_000);
    await vi.advanceTimersByTimeAsync(4_000);
    // The place is kept for a moment, and not longer.
    expect(moved.bytes).toBe(0);
    expect(rate.reserve('q', 1_000)).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(moved.bytes).toBe(1_000);
    expect(rate.reserve('q', 1_000)).toBeGreaterThan(0);
    const { bytes } = moved;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(moved.bytes - bytes).toBeGreaterThan(18_000);
  });

  it('shares alike between who waits and who comes back', async () => {
    const rate = new ByteRate(1_000);
    const moved = mover(rate, 100);
    let reserved = 0;
    for (let ms = 0; ms < 60_000; ) {
      const delay = rate.reserve('p', 1_000);
      if (delay === 0) {
        rate.charge(1_000, 'p');
        reserved += 1_000;
      }
      const wait = Math.max(1, delay);
      ms += wait;
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(Math.abs(moved.bytes - reserved)).toBeLessThan(5_000);
    expect(moved.bytes + reserved).toBeGreaterThan(55_000);
  });

  it('counts what is moved without asking, so that others wait for it', async () => {
    const rate = new ByteRate(1_000);
    rate.charge(5_000);
    const moved = mover(rate, 100);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(moved.bytes).toBe(0);
  });

  it('gives back what of a reservation was not moved, at the next one', async () => {
    const rate = new ByteRate(1_000);
    expect(rate.reserve('p', 5_000)).toBe(0);
    rate.charge(10, 'p');
    // 4,990 of them come back, and so the next one waits for 10 bytes and no more.
    await vi.advanceTimersByTimeAsync(5_000);
    expect(rate.reserve('p', 1_000)).toBe(0);
    const moved = mover(rate, 100);
    await vi.advanceTimersByTimeAsync(1);
    expect(moved.bytes).toBe(100);
  });
});
