import { expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

function breaker(): { circuit: CircuitBreaker; clock: { now: number }; changes: string[] } {
  const clock = { now: 0 };
  const changes: string[] = [];
  const circuit = new CircuitBreaker({ failuresToOpen: 2, openMs: 100, longestOpenMs: 300, now: () => clock.now, onChange: (from, to) => changes.push(`${from} ${to}`) });
  return { clock, circuit, changes };
}

it('opens after failures in a row, not after failures in all', () => {
  const { circuit } = breaker();
  circuit.enter()!.failed();
  circuit.enter()!.succeeded();
  circuit.enter()!.failed();
  expect(circuit.enter()).toBeDefined();
  circuit.enter()!.failed();
  expect(circuit.enter()).toBeUndefined();
});

it('opens at once after a silence, unless another call was answered meanwhile', () => {
  const { circuit, clock } = breaker();
  const slow = circuit.enter()!;
  const quick = circuit.enter()!;
  clock.now = 10;
  quick.succeeded();
  slow.silent();
  expect(circuit.enter()).toBeDefined();
  clock.now = 20;
  circuit.enter()!.silent();
  expect(circuit.enter()).toBeUndefined();
});

it('lets no call in before a probe has succeeded, and makes one probe at a time', () => {
  const { circuit, clock, changes } = breaker();
  for (let i = 0; i < 2; i++) circuit.enter()!.failed();
  clock.now = 99;
  expect(circuit.probe()).toBeUndefined();
  clock.now = 100;
  const probe = circuit.probe()!;
  expect(circuit.probe()).toBeUndefined();
  expect(circuit.enter()).toBeUndefined();
  probe.failed();
  expect(circuit.probe()).toBeUndefined();
  clock.now = 300;
  circuit.probe()!.succeeded();
  expect(circuit.enter()).toBeDefined();
  expect(changes).toEqual(['CLOSED OPEN', 'OPEN HALF_OPEN', 'HALF_OPEN OPEN', 'OPEN HALF_OPEN', 'HALF_OPEN CLOSED']);
});

it('stays open for longer each time while only probes succeed, and as at first once a call has', () => {
  const { circuit, clock } = breaker();
  /** Until the probe that is due next succeeds. */
  const probed = (): number => {
    const since = clock.now;
    for (;;) {
      const probe = circuit.probe();
      if (probe) {
        probe.succeeded();
        return clock.now - since;
      }
      clock.now += 50;
    }
  };
  for (let i = 0; i < 2; i++) circuit.enter()!.failed();
  const openFor: number[] = [];
  for (let round = 0; round < 4; round++) {
    openFor.push(probed());
    circuit.enter()!.failed();
  }
  expect(openFor).toEqual([100, 200, 300, 300]);
  probed();
  circuit.enter()!.succeeded();
  for (let i = 0; i < 2; i++) circuit.enter()!.failed();
  expect(probed()).toBe(100);
});
