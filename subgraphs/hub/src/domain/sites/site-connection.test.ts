import { expect, it } from 'vitest';
import { connectionOf, nothingKnown, type ConnectionFacts } from './site-connection.js';

const reachable: ConnectionFacts = { ...nothingKnown, isReachable: true };
const away: ConnectionFacts = { ...nothingKnown, isReachable: false, problem: 'it is away' };

it.each([
  ['UNKNOWN, not asked yet', nothingKnown, 'UNKNOWN', null],
  ['UNKNOWN, its schema fits and it was not asked yet', { ...nothingKnown, incompatibility: null }, 'UNKNOWN', null],
  ['UNKNOWN, it answers and the graph does not have it yet', reachable, 'UNKNOWN', 'it answers; its schema has not been read yet'],
  ['CONNECTED, it answers and its schema fits', { ...reachable, incompatibility: null }, 'CONNECTED', null],
  ['INCOMPATIBLE, it answers and contradicts', { ...reachable, incompatibility: 'Copy.bytes is a String' }, 'INCOMPATIBLE', 'Copy.bytes is a String'],
  ['DISCONNECTED, before its schema was read', away, 'DISCONNECTED', 'it is away'],
  ['DISCONNECTED, whatever its schema was', { ...away, incompatibility: 'Copy.bytes is a String' }, 'DISCONNECTED', 'it is away'],
])('a connection is %s', (_title, facts, state, reason) => {
  expect(connectionOf(facts, undefined, new Date())).toMatchObject({ state, reason });
});

it('has a state since it was entered', () => {
  const first = connectionOf(away, undefined, new Date(1));
  expect(connectionOf(away, first, new Date(2)).since).toEqual(new Date(1));
  expect(connectionOf({ ...reachable, incompatibility: null }, first, new Date(3)).since).toEqual(new Date(3));
});
