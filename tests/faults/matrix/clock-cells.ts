import { setTimeout as delay } from 'node:timers/promises';
import type { Cell } from './cell.js';
import { stateOwners, type FaultBed, type StateOwner } from './fault-bed.js';
import { judge } from './judge.js';
import { nameOf } from './kill-cells.js';
import { scenarioOf } from './scenario.js';
import type { Moment } from './gate.js';
import type { Verdict } from './verdict.js';

const hour = 3_600_000;
const shifts = { 'an hour on': hour, 'an hour back': -hour, 'two days on': 48 * hour, 'two days back': -48 * hour } as const;
const beforeSending: Moment = { kind: 'pushCopy', at: 'before', step: 'step send part db' };
/** The Hub's tokens are short-lived: while its clock is wrong no Site listens to it, so that nothing could end. */
const wrongForMs = 5_000;

/** The clock of a process is moved when the Grants to send are issued and nothing is sent yet. */
export function clockCells(): readonly Cell[] {
  return Object.entries(shifts).flatMap(([row, offsetMs]) =>
    stateOwners.map((owner): Cell => ({ table: 'clock moved before a copy is sent', row, column: `${nameOf(owner)}${owner === 'hub' ? ', right again after 5 s' : ''}`, run: (bed) => withClock(bed, owner, offsetMs) })),
  );
}

async function withClock(bed: FaultBed, owner: StateOwner, offsetMs: number): Promise<Verdict> {
  const gate = bed.gates['eu-central'];
  const scenario = scenarioOf('send');
  const start = async (): Promise<string> => {
    await gate.close(beforeSending);
    return await scenario.start(bed);
  };
  return await judge(
    bed,
    { ...scenario, start },
    async (_operationId, over) => {
      await gate.reached(over);
      await bed.shiftClock(owner, offsetMs);
      await gate.open({ dropping: false });
      if (owner !== 'hub') return undefined;
      await delay(wrongForMs);
      await bed.shiftClock(owner, 0);
      return undefined;
    },
    async () => await bed.shiftClock(owner, 0),
  );
}
