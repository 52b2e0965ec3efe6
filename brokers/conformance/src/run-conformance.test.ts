import { expect, it } from 'vitest';
import { type CaseContext, type ConformanceCase, type ConformanceSuite, runConformance } from './cases.js';

const tidy: CaseContext = { leave: async () => undefined };

it('says of each case, in order, whether it passed, failed and why, or was skipped for what reason', async () => {
  const found = new Error('it did something else');
  const outcomes = await outcomesOf([
    { name: 'a kept sentence', run: async () => undefined },
    { name: 'a broken sentence', run: () => Promise.reject(found) },
    { name: 'a sentence for others', requires: [{ name: 'the capability x', isMet: () => false }], run: () => Promise.reject(found) },
  ]);
  expect(outcomes).toEqual([
    { name: 'a kept sentence', outcome: 'passed', durationMs: expect.any(Number) },
    { name: 'a broken sentence', outcome: 'failed', reason: found, durationMs: expect.any(Number) },
    { name: 'a sentence for others', outcome: 'skipped', reason: 'needs the capability x' },
  ]);
});

it('fails a case that leaves something behind, but what the case itself found comes first', async () => {
  const left = new Error('left behind: a folder');
  const found = new Error('it did something else');
  const untidy: CaseContext = { leave: () => Promise.reject(left) };
  const outcomes = await outcomesOf([{ name: 'kept', run: async () => undefined }, { name: 'broken', run: () => Promise.reject(found) }], untidy);
  expect(outcomes).toMatchObject([{ outcome: 'failed', reason: left }, { outcome: 'failed', reason: found }]);
});

async function outcomesOf(cases: readonly ConformanceCase<CaseContext>[], context = tidy) {
  const suite: ConformanceSuite<null, CaseContext> = { kind: 'paas', cases, enter: () => context };
  const outcomes = [];
  for await (const outcome of runConformance(suite, null)) outcomes.push(outcome);
  return outcomes;
}
