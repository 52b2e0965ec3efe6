import { expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

/** From RFC 3720, B.4, and the check value of the Castagnoli polynomial. */
it.each([
  { name: 'the digits 1 to 9', bytes: Buffer.from('123456789'), expected: 'e3069283' },
  { name: '32 zeroes', bytes: Buffer.alloc(32), expected: '8a9136aa' },
  { name: '32 bytes of ones', bytes: Buffer.alloc(32, 0xff), expected: '62a8ab43' },
  { name: '32 bytes growing', bytes: Buffer.from(Array.from({ length: 32 }, (_, at) => at)), expected: '46dd794e' },
])('is what the standard says for $name', ({ bytes, expected }) => {
  expect(crc32c(bytes).toString(16)).toBe(expected);
});

it('is the same however the bytes are cut and aligned', () => {
  const bytes = Buffer.from(Array.from({ length: 1_000 }, (_, at) => (at * 131) & 255));
  const whole = crc32c(bytes);
  for (let cut = 0; cut < 70; cut++) expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(whole);
});
