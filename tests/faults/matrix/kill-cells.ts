import { operationSuccess } from '@ocopea/test-support';
import { judge } from './judge.js';
import type { Cell } from './cell.js';
import { stateOwners, type FaultBed, type StateOwner, type Victim } from './fault-bed.js';
import type { Moment } from './gate.js';
import { scenarios, type Scenario } from './scenario.js';
import type { Verdict } from './verdict.js';

interface OwnedMoment extends Moment {
  readonly owner: StateOwner;
}

/** Every process that takes part, killed before and after each step: the steps are those that the operations have when nothing happens. */
export async function killCells(bed: FaultBed): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (const scenario of scenarios) {
    for (const moment of await momentsOf(bed, scenario)) {
      for (const victim of scenario.victims) {
        cells.push({ table: `kill during ${scenario.name}`, row: `${moment.kind} (${nameOf(moment.owner)}), ${moment.at} \`${moment.step}\``, column: nameOf(victim), run: (on) => killAt(on, scenario, moment, victim) });
      }
    }
  }
  return cells;
}

/** Plays the scenario once and reads what the engines have recorded. */
async function momentsOf(bed: FaultBed, scenario: Scenario): Promise<readonly OwnedMoment[]> {
  await scenario.prepare(bed);
  const since = await bed.gates.hub.now();
  await operationSuccess(bed.hub, await scenario.start(bed));
  const moments: OwnedMoment[] = [];
  for (const owner of stateOwners) {
    for (const { kind, step, movesBytes } of await bed.gates[owner].stepsSince(since)) {
      if (step.startsWith('step ')) moments.push({ owner, kind, at: 'before', step });
      if (movesBytes) moments.push({ owner, kind, at: 'during', step });
      moments.push({ owner, kind, at: 'after', step });
    }
  }
  await scenario.cleanUp(bed);
  return moments;
}

async function killAt(bed: FaultBed, scenario: Scenario, moment: OwnedMoment, victim: Victim): Promise<Verdict> {
  const gate = bed.gates[moment.owner];
  const start = async (): Promise<string> => {
    await gate.close(moment);
    return await scenario.start(bed);
  };
  try {
    return await judge(bed, { ...scenario, start }, async (operationId, over) => {
      if (!(await gate.reached(over))) throw new Error(`${operationId} did not come to ${JSON.stringify(moment)}`);
      const killed = await bed.kill(victim);
      await gate.open({ dropping: victim === moment.owner });
      return killed === 0 ? { kind: 'nothing to hit', why: `no ${nameOf(victim)} runs then` } : undefined;
    });
  } finally {
    await gate.open({ dropping: false });
  }
}

export function nameOf(victim: Victim): string {
  switch (victim) {
    case 'hub':
      return 'Hub';
    case 'eu-central':
      return 'source Site';
    case 'us-west':
      return 'target Site';
    default:
      return victim;
  }
}
