import { expect, it } from 'vitest';
import { countQuickFailures, decideRestart } from './restart-policy.js';

const policy = { initialDelayMs: 100, maxDelayMs: 1_000, quickFailureMs: 5_000, giveUpAfter: 7 };

it.each([
  { failures: 1, random: 0.5, delayMs: 100 },
  { failures: 2, random: 0.5, delayMs: 200 },
  { failures: 4, random: 0.5, delayMs: 800 },
  { failures: 5, random: 0.5, delayMs: 1_000 },
  { failures: 1, random: 0, delayMs: 80 },
  { failures: 1, random: 1, delayMs: 120 },
])('waits $delayMs ms after failure $failures with chance $random', ({ failures, random, delayMs }) => {
  expect(decideRestart(policy, failures, random)).toEqual({ action: 'restart', delayMs });
});

it('gives up at the limit', () => {
  expect(decideRestart(policy, 7)).toEqual({ action: 'give-up' });
});

it('counts short runs in a row and begins anew after a long one', () => {
  expect(countQuickFailures(policy, 3, 4_999)).toBe(4);
  expect(countQuickFailures(policy, 3, 5_000)).toBe(1);
});
