import { describe, expect, it } from 'vitest';
import { admit, type QueuedSlot } from './queue-admission.js';

const limits: Record<string, number> = { site: 3, big: 2, small: 1 };
const limitOf = (key: string): number => limits[key] ?? Infinity;

/** `a*: site big` holds places at both, `b: site` waits for one. */
function queue(...lines: string[]): QueuedSlot[] {
  return lines.flatMap((line) => {
    const [name, keys] = line.split(': ') as [string, string];
    return keys.split(' ').map((key) => ({ operationId: name.replace('*', ''), key, isHeld: name.endsWith('*') }));
  });
}

describe('the queue of operations', () => {
  it.each([
    ['lets in as many as there are places', ['a: site', 'b: site', 'c: site', 'd: site'], ['a', 'b', 'c'], { d: 1 }],
    ['counts those that run', ['a*: site', 'b*: site', 'c: site', 'd: site'], ['c'], { d: 1 }],
    ['needs a place at everything', ['a*: site small', 'b: site small'], [], { b: 1 }],
    ['lets a later one that needs other things pass', ['a*: site small', 'b: site small', 'c: site big'], ['c'], { b: 1 }],
    ['lets nobody pass who needs the same', ['a*: site small', 'b: site small', 'c: site small'], [], { b: 1, c: 2 }],
    ['gives the next place at all to the first for whom everything else is free', ['a*: site', 'b*: site', 'c: site small', 'd: site'], ['c'], { d: 1 }],
    ['counts the place among those that need the same only', ['a*: site small', 'b*: site big', 'c*: site big', 'd: small', 'e: big', 'f: big'], [], { d: 1, e: 1, f: 2 }],
    ['does not limit what has no limit', ['a: other', 'b: other', 'c: other', 'd: other'], ['a', 'b', 'c', 'd'], {}],
    ['keeps those that run although the limit is lower now', ['a*: small', 'b*: small', 'c: small'], [], { c: 1 }],
  ] as const)('%s', (_, lines, admitted, positions) => {
    const answer = admit(queue(...lines), limitOf);
    expect(answer.admitted).toEqual(admitted);
    expect(Object.fromEntries([...answer.waiting].map(([id, { position }]) => [id, position]))).toEqual(positions);
  });

  it('says what is full, and how many it takes', () => {
    const { waiting } = admit(queue('a*: site small', 'b*: site', 'c*: site', 'd: site small', 'e: site big'), limitOf);
    expect(waiting.get('d')?.waitsFor).toEqual([{ subjectId: 'site', limit: 3 }, { subjectId: 'small', limit: 1 }]);
    expect(waiting.get('e')?.waitsFor).toEqual([{ subjectId: 'site', limit: 3 }]);
  });

  it('lets everybody have a turn, whatever comes after', () => {
    // One that needs two things waits among a stream of those that need one of them.
    let line = ['x*: site small', 'y*: site', 'z*: site', 'late: site small'];
    let rounds = 0;
    for (; !line.includes('late*: site small') && rounds < 20; rounds++) {
      const leaving = line.findIndex((one) => one.includes('*'));
      line = [...line.filter((_, index) => index !== leaving), `n${rounds}: site${rounds % 2 === 0 ? ' small' : ''}`];
      const { admitted } = admit(queue(...line), limitOf);
      line = line.map((one) => (admitted.includes(one.split(':')[0] ?? '') ? one.replace(':', '*:') : one));
    }
    expect(rounds).toBeLessThan(4);
  });
});
