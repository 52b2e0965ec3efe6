import { expect, it } from 'vitest';
import { documentCharacters } from './document-characters.js';

it('gives documents an eighth of the heap, up to a bound', () => {
  expect(documentCharacters(256 * 1024 * 1024)).toBe(209_715);
  expect(documentCharacters(64 * 1024 ** 3)).toBe(2 * 1024 * 1024);
  expect(documentCharacters()).toBeGreaterThan(100_000);
});
