import { describe, expect, it } from 'vitest';
import { noFigures } from './progress-figures.js';
import { completed, ProgressMeter, type KnownProgress } from './progress-meter.js';
import { progressIntervalMs } from './progress-writer.js';

const nothing: KnownProgress = { bytesDone: 0, itemsDone: 0, steps: new Map() };

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
    const steps = new Map([['copy', [{ part: null, ...noFigures(), bytesDone: 600, bytesTotal: 1000 }]]]);
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
    expect(completed(meter.total())).toMatchObject({ bytesDone: 90, bytesTotal: 90, itemsDone: 0, itemsTotal: null, bytesPerSecond: null, etaSeconds: null });
  });
});

describe('the progress of parts', () => {
  it('is each one in all steps together, and the whole is their sum', () => {
    const { meter } = meterAt();
    for (const part of ['db', 'files']) meter.expect({ part, bytesTotal: part === 'db' ? 200 : 40, itemsTotal: 2 });
    meter.report('copy', { part: 'db', bytesDone: 100, bytesRead: 100, itemsDone: 1, itemsTotal: 1 });
    meter.report('copy', { part: 'files', bytesDone: 5, bytesRead: 5 });
    meter.report('copy', { part: 'db', bytesNew: 60, bytesStored: 30 });
    meter.report('verify db', { part: 'db', bytesDone: 10, bytesVerified: 10 });
    expect(meter.parts()).toMatchObject([
      { name: 'db', progress: { bytesDone: 110, bytesTotal: 200, itemsDone: 1, itemsTotal: 2, bytesRead: 100, bytesNew: 60, bytesStored: 30, bytesVerified: 10, bytesSent: null } },
      { name: 'files', progress: { bytesDone: 5, bytesTotal: 40, itemsDone: 0, itemsTotal: 2, bytesRead: 5, bytesNew: null } },
    ]);
    expect(meter.total()).toMatchObject({ bytesDone: 115, bytesTotal: 240, itemsDone: 1, itemsTotal: 4, bytesRead: 105, bytesNew: 60, bytesStored: 30, bytesVerified: 10, bytesSent: null });
    expect(meter.figuresOf('copy')).toMatchObject({ bytesDone: 105, bytesRead: 105 });
    expect(meter.partsOf('copy')).toMatchObject([{ part: 'db', bytesDone: 100 }, { part: 'files', bytesDone: 5 }]);
  });

  it('has a rate and a rest for each', () => {
    const { meter, pass } = meterAt();
    for (let second = 0; second <= 2; second++) {
      meter.report('copy', { part: 'db', bytesDone: second * 100, bytesTotal: 1000 });
      meter.report('copy', { part: 'files', bytesDone: second * 10, bytesTotal: 50 });
      if (second < 2) pass(1000);
    }
    expect(meter.parts().map(({ progress }) => [progress.bytesPerSecond, progress.etaSeconds])).toEqual([[100, 8], [10, 3]]);
    expect(meter.total()).toMatchObject({ bytesPerSecond: 110, bytesTotal: 1050 });
  });

  it('never falls for any of them when a step runs again, here or in another process', () => {
    const first = meterAt().meter;
    first.report('copy', { part: 'db', bytesDone: 500, bytesTotal: 1000, bytesSent: 300 });
    first.report('copy', { part: 'files', bytesDone: 70, bytesTotal: 70 });
    const { meter } = meterAt({ bytesDone: 570, itemsDone: 0, steps: new Map([['copy', first.partsOf('copy')]]) });
    meter.begin('copy');
    expect(meter.reached('copy', 'db')).toMatchObject({ bytesDone: 500, bytesSent: 300 });
    expect(meter.reached('copy', 'other')).toBeUndefined();
    meter.report('copy', { part: 'db', bytesDone: 20, bytesTotal: 1000 });
    expect(meter.parts()).toMatchObject([
      { name: 'db', progress: { bytesDone: 500, bytesTotal: 1000, bytesSent: 300 } },
      { name: 'files', progress: { bytesDone: 70, bytesTotal: 70 } },
    ]);
    expect(meter.total().bytesDone).toBe(570);
  });
});

describe('how often progress is written', () => {
  it('bounds the events of a day, and tells of many parts less often', () => {
    let events = 0;
    for (let age = 0; age < 86_400_000; age += progressIntervalMs(age, 1)) events++;
    expect(events).toBeLessThan(20_000);
    expect(progressIntervalMs(0, 1)).toBe(100);
    expect(progressIntervalMs(0, 100)).toBe(1000);
  });
});
