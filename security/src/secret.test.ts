import { format, inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Secret } from './index.js';

const secret = new Secret('hunter2');

it.each([
  ['as a text', () => `${secret}`],
  ['joined to a text', () => 'password ' + String(secret)],
  ['as JSON', () => JSON.stringify({ secret })],
  ['inspected', () => inspect(secret)],
  ['inspected with all there is', () => inspect({ a: [secret] }, { showHidden: true, depth: 9 })],
  ['formatted', () => format('%s %o %j', secret, secret, secret)],
  ['spread', () => JSON.stringify({ ...secret })],
  ['in an error', () => new Error(`cannot use ${secret}`).stack ?? ''],
])('a Secret %s does not show', (_, print) => {
  expect(print()).not.toContain('hunter2');
});

it('a Secret prints as ***, and is revealed only when asked', () => {
  expect(`${secret} ${JSON.stringify(secret)} ${inspect(secret)}`).toBe('*** "***" ***');
  expect(secret.reveal()).toBe('hunter2');
});

it('a Secret matches itself only', () => {
  expect(['hunter2', 'hunter', 'hunter22', '', 'HUNTER2'].map((text) => secret.matches(text))).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
