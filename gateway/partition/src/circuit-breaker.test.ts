import { expect, it } from 'vitest';
import { CircuitBreaker } from './circuit-breaker.js';

function breaker(): { circuit: CircuitBreaker; clock: { now: number } } {
  const clock = { now: 0 };
  return { clock, circuit: new CircuitBreaker({ failuresToOpen: 2, openMs: 100, now: () => clock.now }) };
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

it('lets one call probe when its time is over', () => {
  const { circuit, clock } = breaker();
  for (let i = 0; i < 2; i++) circuit.enter()!.failed();
  clock.now = 99;
  expect(circuit.enter()).toBeUndefined();
  clock.now = 100;
  const probe = circuit.enter()!;
  expect(circuit.enter()).toBeUndefined();
  probe.failed();
  clock.now = 199;
  expect(circuit.enter()).toBeUndefined();
  clock.now = 200;
  circuit.enter()!.succeeded();
  expect(circuit.enter()).toBeDefined();
});

it('lets the next call probe when a probe was cancelled', () => {
  const { circuit, clock } = breaker();
  for (let i = 0; i < 2; i++) circuit.enter()!.failed();
  clock.now = 100;
  circuit.enter()!.cancelled();
  expect(circuit.enter()).toBeDefined();
});
