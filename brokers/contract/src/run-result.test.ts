import { expect, it } from 'vitest';
import { RunOutput, runOutputLength, secretsOf } from './run-result.js';

it('takes secrets out, also passwords within addresses, and leaves short values', () => {
  const output = new RunOutput(secretsOf({ URL: 'memory://web:p%40ssword@host:1/db', TOKEN: 'abcdef123456', PORT: '8080' }));
  output.add('at memory://web:p%40ssword@host:1/db with p@ssword, token abc');
  output.add('def123456, port 8080');
  expect(output.toString()).toBe('at *** with ***, token ***, port 8080');
});

it('keeps the end, and no end of a secret whose beginning was cut off', () => {
  const secret = 'the-very-long-secret-of-somebody';
  for (let before = 0; before < 3 * secret.length; before++) {
    const output = new RunOutput([secret]);
    output.add('x'.repeat(before));
    for (let index = 0; index < 4_000; index++) output.add(`${secret}\n`);
    const text = output.toString();
    expect(text.length).toBeLessThanOrEqual(runOutputLength);
    expect(text.replace(/\*\*\*/g, '').trim()).toBe('');
  }
});

it('leaves no character that a database refuses', () => {
  const output = new RunOutput([]);
  output.add('a\u0000b\u001b[31m\nc');
  expect(output.toString()).toBe('a\u{FFFD}b\u{FFFD}[31m\nc');
});
