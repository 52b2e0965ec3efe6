import { describe, expect, it } from 'vitest';
import { programsToDump, programsToRestore } from './postgres-programs.js';

const [old, recent] = [{ directory: '/old', majorVersion: 15 }, { directory: '/recent', majorVersion: 18 }];

describe('programs for logical copies', () => {
  it('dump a server of their own version only, and what to install is said', () => {
    expect(programsToDump([recent, old], 15)).toBe(old);
    expect(() => programsToDump([recent], 15)).toThrow(/pg_dump 15, and there is only version 18; install .*postgresql-client-15.*OCOPEA_POSTGRES_PROGRAMS/);
    expect(() => programsToDump([old], 18)).toThrow(/pg_dump 18, and there is only version 15/);
    expect(() => programsToDump([], 18)).toThrow(/no such program was found/);
  });

  it('restore what is not newer than they are into a server that is not older', () => {
    expect(programsToRestore([recent, old], 15, 18)).toBe(recent);
    expect(programsToRestore([recent, old], 15, 17)).toBe(old);
    expect(programsToRestore([old], 15, 18)).toBe(old);
    expect(() => programsToRestore([old], 17, 18)).toThrow(/pg_restore 17 to 18, and there is only version 15/);
    expect(() => programsToRestore([recent], 15, 15)).toThrow(/install .*postgresql-client-15/);
  });
});
