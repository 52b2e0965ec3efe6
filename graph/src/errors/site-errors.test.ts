import { describe, expect, it } from 'vitest';
import { hubRefusedBecause } from './site-errors.js';

const minute = 60_000;

describe('why a Site does not take the credential of the Hub', () => {
  it.each([
    [95_000, '95 s ahead of'],
    [-45 * minute, '45 min behind'],
    [2 * 60 * minute, '2 h ahead of'],
    [-150 * minute, '2 h 30 min behind'],
    [72 * 60 * minute, '3 days ahead of'],
  ])('is its clock, when that is %i ms ahead', (aheadMs, words) => {
    expect(hubRefusedBecause(aheadMs)).toBe(`does not take this Hub's credential: its clock is ${words} the Hub's; set both clocks right, best by a time service (NTP)`);
  });

  it.each([undefined, 0, 29_000, -29_000])('is not its clock, when that is %s ms ahead', (aheadMs) => {
    expect(hubRefusedBecause(aheadMs)).toMatch(/registerSite$/);
  });
});
