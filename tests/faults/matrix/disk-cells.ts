import { execFileSync } from 'node:child_process';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cell } from './cell.js';
import type { FaultBed } from './fault-bed.js';
import { judge } from './judge.js';
import { scenarioOf, type Scenario } from './scenario.js';
import type { Verdict } from './verdict.js';

/** What is free when the work begins. A second copy of what has hardly changed takes little; one that is sent takes all. */
const rooms = [0, 4_096, 12_288, 49_152, 262_144, 1_048_576, 2_097_152, 4_194_304] as const;

/** The disk of the repository that is written to becomes full at a byte of it. */
export function diskCells(): readonly Cell[] {
  const columns: readonly Scenario['name'][] = ['copy', 'send', 'delete'];
  return rooms.flatMap((bytes) =>
    columns.map((name): Cell => ({ table: 'disk of the repository full', row: `${bytes} bytes free`, column: name, run: (bed) => withRoom(bed, scenarioOf(name), bytes) })),
  );
}

async function withRoom(bed: FaultBed, scenario: Scenario, bytes: number): Promise<Verdict> {
  const folder = bed.repositoriesOf(scenario.site);
  if (!bed.mounts.includes(folder)) return { kind: 'skipped', why: 'mounting a small filesystem takes the superuser' };
  const filler = join(folder, 'filler');
  const start = async (): Promise<string> => {
    const { bavail, bsize } = await statfs(folder);
    execFileSync('fallocate', ['-l', String(bavail * bsize - bytes), filler]);
    return await scenario.start(bed);
  };
  const empty = () => rm(filler, { force: true });
  try {
    return await judge(bed, { ...scenario, start }, async () => undefined, empty);
  } finally {
    await empty();
  }
}
