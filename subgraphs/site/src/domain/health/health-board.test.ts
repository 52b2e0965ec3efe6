import { expect, it } from 'vitest';
import { hasNotableFigures, type HealthObservation } from './health-board.js';

const observation = (seconds: number, figures: Readonly<Record<string, number>>): HealthObservation => ({
  subject: { id: 'eu.data-service.1', kind: 'DATA_SERVICE', name: 'db' },
  health: 'HEALTHY',
  figures: Object.entries(figures).map(([name, value]) => ({ name, value })),
  observedAt: new Date(1_000 * seconds),
});
const told = observation(0, { sizeBytes: 1000, connections: 0 });

it.each([
  ['a figure has moved by a tenth, a minute later', observation(60, { sizeBytes: 1100, connections: 0 }), true],
  ['a figure has fallen by a tenth', observation(60, { sizeBytes: 900, connections: 0 }), true],
  ['one has left zero', observation(60, { sizeBytes: 1000, connections: 1 }), true],
  ['one has come', observation(60, { sizeBytes: 1000, connections: 0, lagBytes: 0 }), true],
  ['one has gone', observation(60, { sizeBytes: 1000 }), true],
  ['none has moved by as much as a tenth', observation(60, { sizeBytes: 1099, connections: 0 }), false],
  ['it is less than a minute since they were told', observation(59, { sizeBytes: 9000, connections: 9 }), false],
  ['there are none any more, as of what does not answer', observation(60, {}), false],
])('tells of figures when %s: %s', (_, seen, isNews) => {
  expect(hasNotableFigures(seen, told)).toBe(isNews);
});

it('tells of figures that nobody was told', () => {
  expect(hasNotableFigures(told, undefined)).toBe(true);
});
