import { describe, expect, it } from 'vitest';
import { completed, ProgressMeter } from './progress-meter.js';

const nothing = { bytesDone: 0, itemsDone: 0, steps: new Map() };

/** A meter with a clock that the test moves. */
function meterAt(known = nothing): { meter: ProgressMeter; pass(ms: number): void } {
  let now = 0;
  return { meter: new ProgressMeter(known, () => now), pass: (ms) => void (now += ms) };
}

describe('the progress of an operation', () => {
  it('is the sum of its steps, and its total is known when each of theirs is', () => {
    const { meter } = meterAt();
    meter.report('copy', { bytesDone: 30, bytesTotal: 100, itemsDone: 1, itemsTotal: 2 });
    expect(meter.total()).toMatchObject({ bytesDone: 30, bytesTotal: 100, itemsDone: 1, itemsTotal: 2 });
    meter.report('verify', { bytesDone: 5 });
    expect(meter.total()).toMatchObject({ bytesDone: 35, bytesTotal: null, itemsDone: 1, itemsTotal: 2 });
    meter.report('verify', { bytesTotal: 100 });
    expect(meter.total()).toMatchObject({ bytesDone: 35, bytesTotal: 200 });
  });

  it('is not complete before the announced work is done', () => {
    const { meter } = meterAt();
    meter.expect({ bytesTotal: 200 });
    meter.report('copy', { bytesDone: 100, bytesTotal: 100 });
    expect(meter.total()).toMatchObject({ bytesDone: 100, bytesTotal: 200 });
    meter.report('verify', { bytesDone: 130, bytesTotal: 130 });
    expect(meter.total()).toMatchObject({ bytesDone: 230, bytesTotal: 230 });
  });

  it('never falls when a step runs again, and counts the second run in its rest', () => {
    const { meter, pass } = meterAt();
    meter.report('copy', { bytesDone: 0, bytesTotal: 1000 });
    pass(1000);
    meter.report('copy', { bytesDone: 600, bytesTotal: 1000 });
    meter.begin('copy');
    pass(1000);
    meter.report('copy', { bytesDone: 100, bytesTotal: 1000 });
    expect(meter.total()).toMatchObject({ bytesDone: 600, bytesTotal: 1000, bytesPerSecond: 100, etaSeconds: 9 });
    pass(1000);
    meter.report('copy', { bytesDone: 700, bytesTotal: 1000 });
    expect(meter.total().bytesDone).toBe(700);
  });

  it('goes on from what another process has shown', () => {
    const steps = new Map([['copy', { bytesDone: 600, bytesTotal: 1000, itemsDone: null, itemsTotal: null }]]);
    const { meter } = meterAt({ bytesDone: 600, itemsDone: 0, steps });
    meter.begin('copy');
    meter.report('copy', { bytesDone: 50, bytesTotal: 1000 });
    expect(meter.total()).toMatchObject({ bytesDone: 600, bytesTotal: 1000 });
  });

  it('never has a total below what is done', () => {
    const { meter } = meterAt();
    meter.report('copy', { bytesDone: 120, bytesTotal: 100 });
    expect(meter.total()).toMatchObject({ bytesDone: 120, bytesTotal: 120 });
  });

  it('averages the rate over the last five seconds', () => {
    const { meter, pass } = meterAt();
    for (let second = 0; second <= 10; second++) {
      meter.report('copy', { bytesDone: second * 100, bytesTotal: 4000 });
      pass(1000);
    }
    for (let second = 1; second <= 10; second++) {
      meter.report('copy', { bytesDone: 1000 + second * 300, bytesTotal: 4000 });
      pass(1000);
    }
    // The last report is a second old.
    expect(meter.total().bytesPerSecond).toBeCloseTo(250, 0);
  });

  it('is whole when the operation has succeeded', () => {
    const { meter } = meterAt();
    meter.report('copy', { bytesDone: 90, bytesTotal: 100 });
    expect(completed(meter.total())).toEqual({ bytesDone: 90, bytesTotal: 90, itemsDone: 0, itemsTotal: null, bytesPerSecond: null, etaSeconds: null });
  });
});
