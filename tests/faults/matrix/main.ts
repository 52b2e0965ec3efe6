import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chunkCells } from './chunk-cells.js';
import { clockCells } from './clock-cells.js';
import { diskCells } from './disk-cells.js';
import { linkCells } from './link-cells.js';
import { sweepCells } from './sweep-cells.js';
import { idOf, type Cell } from './cell.js';
import { FaultBed } from './fault-bed.js';
import { killCells } from './kill-cells.js';
import { Ledger } from './ledger.js';
import { heading } from './page.js';
import { formatTables } from './table.js';
import { inWords, isFault, type Verdict } from './verdict.js';

const page = 'docs/reference/fault-matrix.md';
const usage = `usage: npm run faults -- [--only TEXT]... [--list] [--fresh] [--again]
  --only TEXT  cells whose name contains it; several: all of them
  --list       print the names and stop
  --fresh      forget what earlier runs have found
  --again      run also what an earlier run has found to be well
  --write      write ${page} also when cells have not been run`;

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, list: { type: 'boolean', default: false }, fresh: { type: 'boolean', default: false }, again: { type: 'boolean', default: false }, write: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}

const ledger = await Ledger.open('.cache/faults.jsonl', values);
let bed = await FaultBed.start();
let stopped = false;
process.once('SIGINT', () => (stopped = true));
process.once('SIGTERM', () => (stopped = true));
let faults = 0;
try {
  const cells = await allCells(bed);
  const chosen = cells.filter((cell) => values.only.every((text) => idOf(cell).includes(text)));
  if (values.list) console.log(chosen.map(idOf).join('\n'));
  else {
    for (const [index, cell] of chosen.entries()) {
      if (stopped) break;
      const id = idOf(cell);
      const known = ledger.get(id);
      if (known !== undefined && !isFault(known) && !values.again) continue;
      const began = performance.now();
      const verdict = await runCell(cell);
      await ledger.put(id, verdict);
      console.log(`${index + 1}/${chosen.length} ${id}: ${inWords(verdict)}${'why' in verdict ? ` (${verdict.why})` : ''} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
      if (!isFault(verdict)) continue;
      faults += 1;
      if (cell.isApart === true) continue;
      // Whatever it has become, the next cell begins on a sound one.
      await bed[Symbol.asyncDispose]();
      bed = await FaultBed.start();
    }
    const tables = formatTables(cells, ledger);
    console.log(`\n${tables}`);
    const missing = cells.filter((cell) => ledger.get(idOf(cell)) === undefined).length;
    if (missing > 0) console.log(`${missing} of ${cells.length} cells have not been run; ${page} is written when all have`);
    if (missing === 0 || values.write) await writeFile(page, `${heading}\n${tables}`);
  }
} finally {
  await bed[Symbol.asyncDispose]();
}
process.exitCode = faults > 0 ? 1 : 0;

async function allCells(on: FaultBed): Promise<readonly Cell[]> {
  return [...(await killCells(on)), ...linkCells(), ...diskCells(), ...chunkCells(), ...clockCells(), ...(await sweepCells())];
}

async function runCell(cell: Cell): Promise<Verdict> {
  try {
    return await cell.run(bed);
  } catch (error) {
    return { kind: 'stuck', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
