import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Cell } from './cell.js';
import type { Looked, SweeperInput } from './sweeper.js';
import type { Verdict } from './verdict.js';

const program = resolve('node_modules/.ocopea-faults/sweeper.mjs');

/**
 * A sweep is no operation: the Site begins it again and again. Its steps are the changes that it makes to the filesystem, and it is
 * killed before and after each. The repository has garbage of all kinds: of a write and of a deletion that were killed, and of a
 * transfer that never came to an end.
 */
export async function sweepCells(): Promise<readonly Cell[]> {
  const [first, wanted] = await inCopy((directory) => [run({ directory, work: 'sweep' }), look(directory)] as const);
  return changesIn(first).flatMap((line, index) =>
    (['before', 'after'] as const).map((when): Cell => {
      const [, name, place] = line.split(' ');
      return { table: 'kill during sweep', row: `change ${index + 1}: ${name} in \`${place}\``, column: when, isApart: true, run: () => inCopy((directory) => killedSweep(directory, { change: index + 1, when }, wanted)) };
    }),
  );
}

function killedSweep(directory: string, killAt: NonNullable<SweeperInput['killAt']>, wanted: Looked): Verdict {
  run({ directory, work: 'sweep', killAt });
  const found = look(directory);
  if (!found.intact || found.sha256 !== wanted.sha256) return { kind: 'wrong data', why: JSON.stringify(found) };
  if (!isDeepStrictEqual(found, wanted)) return { kind: 'left behind', why: `${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}` };
  return { kind: 'finished' };
}

/** Works on the repository with its garbage as it was at first. Always in the same folder, whose path a broker keeps. */
async function inCopy<T>(work: (directory: string) => T): Promise<T> {
  const { directory, saved } = await template();
  await rm(directory, { recursive: true });
  await cp(saved, directory, { recursive: true, preserveTimestamps: true });
  return work(directory);
}

interface Template {
  readonly directory: string;
  readonly saved: string;
}

let made: Promise<Template> | undefined;

function template(): Promise<Template> {
  return (made ??= (async () => {
    const root = await mkdtemp(join(tmpdir(), 'ocopea-sweep-'));
    process.once('exit', () => rmSync(root, { recursive: true, force: true }));
    const [directory, saved] = [join(root, 'repository'), join(root, 'saved')];
    const garbage = async (): Promise<void> => {
      await rm(directory, { recursive: true, force: true });
      run({ directory, work: 'write' });
      run({ directory, work: 'half', killAt: { change: packsOfHalf, when: 'after' } });
    };
    await garbage();
    // Killed once the part is gone for its readers, and all that it took is there.
    const change = 1 + changesIn(run({ directory, work: 'delete' })).findIndex((line) => line.endsWith(' parts'));
    await garbage();
    run({ directory, work: 'delete', killAt: { change, when: 'after' } });
    await cp(directory, saved, { recursive: true, preserveTimestamps: true });
    return { directory, saved };
  })());
}

/** Changes after which a write is killed: two packs of it are stored then. */
const packsOfHalf = 12;

function changesIn(output: string): readonly string[] {
  return output.split('\n').filter((line) => line.startsWith('change '));
}

function look(directory: string): Looked {
  return JSON.parse(run({ directory, work: 'look' }).trim().split('\n').at(-1)!) as Looked;
}

/** @returns what it printed, to its end or its death */
function run(input: SweeperInput): string {
  const { stdout, stderr, signal, status } = spawnSync(process.execPath, [program, JSON.stringify(input)], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0 && !(input.killAt !== undefined && signal === 'SIGKILL')) throw new Error(`${JSON.stringify(input)} ended with ${status ?? signal}: ${stderr}`);
  return stdout;
}
