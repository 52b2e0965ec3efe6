import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';

const homes: string[] = [];

/** For tests of this package: an empty folder that goes when the test ends. */
export async function testHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ocopea-security-'));
  homes.push(home);
  return home;
}

afterEach(async () => {
  for (const home of homes.splice(0)) await rm(home, { recursive: true });
});
