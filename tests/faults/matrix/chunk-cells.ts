import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packsIn, type PackedChunk } from '@ocopea/repository-engine/testing';
import { operationSuccess } from '@ocopea/test-support';
import type { Cell } from './cell.js';
import type { FaultBed } from './fault-bed.js';
import { judge } from './judge.js';
import { createCopy, sendCopy, verifyCopy } from './requests.js';
import { copiesAt, restoreAtSource, scenarioOf, type Scenario } from './scenario.js';
import type { Verdict } from './verdict.js';

type Damage = (chunk: PackedChunk, other: PackedChunk) => Promise<void>;

const damages: Readonly<Record<string, Damage>> = {
  flipped: ({ path, offset, storedBytes }) => rewrite(path, (pack) => void (pack[offset + (storedBytes >> 1)]! ^= 4)),
  cut: ({ path, offset, storedBytes }) => rewrite(path, (pack) => pack.subarray(0, offset + (storedBytes >> 1))),
  missing: ({ path }) => rm(path),
  // Both are whole and have the right length as far as anybody can see: only what they are sealed and hashed with differs.
  'swapped with another': (one, other) =>
    rewrite(one.path, (pack) => {
      const bytes = Math.min(one.storedBytes, other.storedBytes);
      const kept = Buffer.from(pack.subarray(one.offset, one.offset + bytes));
      pack.copy(pack, one.offset, other.offset, other.offset + bytes);
      kept.copy(pack, other.offset);
    }),
};

/** A chunk that a copy at the source needs goes bad before the copy is used. */
export function chunkCells(): readonly Cell[] {
  const uses: Readonly<Record<string, Scenario>> = { verify: onFreshCopy((bed, copyId) => verifyCopy(bed.hub, copyId)), send: onFreshCopy((bed, copyId) => sendCopy(bed.hub, copyId, 'us-west')), restore: onFreshCopy(restoreAtSource), 'copy again': copyAgain };
  return Object.entries(damages).flatMap(([row, damage]) => Object.entries(uses).map(([column, scenario]): Cell => ({ table: 'chunk of a copy damaged', row, column, run: (bed) => withDamage(bed, scenario, damage) })));
}

/** What finds damage says so of the copy for good: so it is one that goes afterwards. */
function onFreshCopy(start: (bed: FaultBed, copyId: string) => Promise<string>): Scenario {
  const [copy, restore] = [scenarioOf('copy'), scenarioOf('restore')];
  return {
    ...copy,
    async prepare(bed) {
      await operationSuccess(bed.hub, (await createCopy(bed.hub, bed.sourceId)).operationId);
    },
    async start(bed) {
      const [copyId] = await copiesAt(bed, 'eu-central');
      return await start(bed, copyId!);
    },
    check: async () => 'the damage was not noticed',
    async cleanUp(bed) {
      await restore.cleanUp(bed);
      await copy.cleanUp(bed);
    },
  };
}

/** Takes what has not changed from the copies that are there. */
const copyAgain: Scenario = {
  ...onFreshCopy(async (bed) => (await createCopy(bed.hub, bed.sourceId)).operationId),
  async check(bed) {
    for (const copyId of await copiesAt(bed, 'eu-central')) await operationSuccess(bed.hub, await verifyCopy(bed.hub, copyId));
    return undefined;
  },
};

async function withDamage(bed: FaultBed, scenario: Scenario, damage: Damage): Promise<Verdict> {
  let mend = async (): Promise<void> => undefined;
  const start = async (): Promise<string> => {
    const root = join(bed.repositoriesOf('eu-central'), 'data');
    const [repository] = await readdir(root);
    const [chunk, other] = await sharedChunks(join(root, repository!));
    const { path } = chunk;
    const whole = await readFile(path);
    mend = async () => {
      await rm(path, { force: true });
      await writeFile(path, whole, { mode: 0o400 });
      // What it has learned of the damage is not to befall others.
      await bed.kill('eu-central');
    };
    await damage(chunk, other);
    return await scenario.start(bed);
  };
  return await judge(bed, { ...scenario, start }, async () => undefined, () => mend());
}

/** Two chunks of one pack that every copy has, so that whatever is done needs them. */
async function sharedChunks(root: string): Promise<readonly [PackedChunk, PackedChunk]> {
  const manifests = await Promise.all((await readdir(join(root, 'parts'))).map((name) => readFile(join(root, 'parts', name))));
  const isShared = ({ name }: PackedChunk) => manifests.every((manifest) => manifest.includes(Buffer.from(name, 'hex')));
  for (const { chunks } of await packsIn(root)) {
    const [one, other] = chunks.filter(isShared);
    if (one !== undefined && other !== undefined) return [other, one];
  }
  throw new Error('two copies of the same database share no two chunks of one pack');
}

async function rewrite(path: string, change: (pack: Buffer) => Buffer | void): Promise<void> {
  const pack = await readFile(path);
  await chmod(path, 0o600);
  await writeFile(path, change(pack) ?? pack);
}
