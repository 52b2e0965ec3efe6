import { setTimeout as delay } from 'node:timers/promises';
import { CancelOperationDocument } from '@ocopea/sdk';
import type { Cell } from './cell.js';
import type { FaultBed, StateOwner } from './fault-bed.js';
import type { LinkState } from './faulty-link.js';
import { judge } from './judge.js';
import { nameOf } from './kill-cells.js';
import { scenarioOf } from './scenario.js';
import type { Verdict } from './verdict.js';

type Fault = (bed: FaultBed, operationId: string) => Promise<void>;

/** Of about 40 MB that a copy has. */
const places = [
  { row: 'at the first byte', bytes: 1 },
  { row: 'in the middle', bytes: 10_000_000 },
] as const;

/** Longer than a sender waits for a silent receiver. */
const longSilenceMs = 75_000;

const faults: readonly { readonly column: string; readonly befall: Fault }[] = [
  { column: 'cut, back after 3 s', befall: (bed) => badFor(bed, 'cut', 3_000) },
  { column: 'half open, back after 5 s', befall: (bed) => badFor(bed, 'half open', 5_000) },
  { column: 'half open, back after 75 s', befall: (bed) => badFor(bed, 'half open', longSilenceMs) },
  { column: 'slow (2 MB/s)', befall: async (bed) => bed.link.set('slow') },
  { column: 'cut, then cancelled', befall: (bed, operationId) => cancelledWhile(bed, 'cut', operationId) },
  { column: 'half open, then cancelled', befall: (bed, operationId) => cancelledWhile(bed, 'half open', operationId) },
  ...(['hub', 'eu-central', 'us-west'] as const).map((owner) => ({ column: `${nameOf(owner)} frozen for 15 s`, befall: (bed: FaultBed) => frozen(bed, owner) })),
];

/** The way from Site to Site goes bad while a copy is sent. */
export function linkCells(): readonly Cell[] {
  return places.flatMap(({ row, bytes }) =>
    faults.map(({ column, befall }): Cell => ({ table: 'link between Sites while a copy is sent', row, column, run: (bed) => onceSent(bed, bytes, befall) })),
  );
}

async function onceSent(bed: FaultBed, bytes: number, befall: Fault): Promise<Verdict> {
  return await judge(
    bed,
    scenarioOf('send'),
    async (operationId, over) => {
      const ended = new Promise<'over'>((resolve) => over.addEventListener('abort', () => resolve('over'), { once: true }));
      if ((await Promise.race([bed.link.after(bytes), ended])) === 'over') throw new Error('the copy was sent before the fault; give it more rows');
      await befall(bed, operationId);
      return undefined;
    },
    async () => bed.link.set('well'),
  );
}

async function badFor(bed: FaultBed, state: LinkState, ms: number): Promise<void> {
  bed.link.set(state);
  await delay(ms);
  bed.link.set('well');
}

async function cancelledWhile(bed: FaultBed, state: LinkState, operationId: string): Promise<void> {
  bed.link.set(state);
  await bed.hub.request(CancelOperationDocument, { input: { operationId } });
}

/** A process that neither runs nor ends: its connections stay, and nobody answers. */
async function frozen(bed: FaultBed, owner: StateOwner): Promise<void> {
  const pid = await bed.fabric.pidOf(owner);
  process.kill(pid, 'SIGSTOP');
  try {
    await delay(15_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
