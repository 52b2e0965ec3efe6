import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf, type Cell } from './matrix/cell.js';
import { chunkCells } from './matrix/chunk-cells.js';
import { clockCells } from './matrix/clock-cells.js';
import { diskCells } from './matrix/disk-cells.js';
import { FaultBed } from './matrix/fault-bed.js';
import { killCells } from './matrix/kill-cells.js';
import { linkCells } from './matrix/link-cells.js';

const deadlineMs = 300_000;

// A part of what `npm run faults` goes through: one of each kind of fault, where it is worst.
describe('the fault matrix, in part', { timeout: deadlineMs }, () => {
  let bed: FaultBed;
  let cells: readonly Cell[];

  beforeAll(async () => {
    bed = await FaultBed.start();
    cells = [...(await killCells(bed)), ...linkCells(), ...diskCells(), ...chunkCells(), ...clockCells()];
  }, deadlineMs);
  afterAll(() => bed?.[Symbol.asyncDispose](), deadlineMs);

  it('has every step of copy, send, restore and delete, before and after it', () => {
    const rows = new Set(cells.filter(({ table }) => table.startsWith('kill during ')).map(({ row }) => row));
    const steps = [...rows].flatMap((row) => /^(.*), before (`step .*`)$/.exec(row)?.slice(1, 3).join(', after ') ?? []);
    expect(steps.length).toBeGreaterThan(10);
    expect([...rows]).toEqual(expect.arrayContaining(steps));
    expect(new Set([...rows].map((row) => row.split(' ')[0]))).toEqual(new Set(['createCopy', 'sendCopy', 'pushCopy', 'restoreCopyAt', 'restoreCopy', 'deleteCopy']));
  });

  it.for([
    ['kill during copy / createCopy (source Site), during `step copy data service db` / state database', { kind: 'finished' }],
    ['kill during send / pushCopy (source Site), after `step send part db` / source Site', { kind: 'finished' }],
    ['kill during restore / restoreCopy (target Site), after `step create data service db` / target Site', { kind: 'finished' }],
    ['kill during delete / deleteCopy (target Site), after `step remove part db` / target Site', { kind: 'finished' }],
    ['link between Sites while a copy is sent / in the middle / cut, back after 3 s', { kind: 'finished' }],
    ['disk of the repository full / 0 bytes free / copy', { kind: 'failed', code: 'CAPACITY_EXCEEDED' }],
    ['disk of the repository full / 4096 bytes free / send', { kind: 'failed', code: 'CAPACITY_EXCEEDED' }],
    ['chunk of a copy damaged / swapped with another / send', { kind: 'failed', code: 'CORRUPT_DATA' }],
    ['clock moved before a copy is sent / two days back / target Site', { kind: 'finished' }],
  ] as const)('%s', async ([id, verdict], { skip }) => {
    const cell = cells.find((one) => idOf(one) === id)!;
    const found = await cell.run(bed);
    if (found.kind === 'skipped') return skip(found.why);
    expect(found).toEqual(verdict);
  });
});
