import { OcopeaRequestError } from '@ocopea/sdk';
import { operationEnd } from '@ocopea/test-support';
import type { FaultBed } from './fault-bed.js';
import type { Scenario } from './scenario.js';
import type { Verdict } from './verdict.js';

/** Far beyond what any fault costs, restarts included. */
const endsWithinMs = 240_000;

/**
 * Plays a scenario, lets a fault befall it, and says how it ended. The fabric is brought back to its first state; where that does
 * not come about, something was left behind.
 *
 * @param befall what happens once the operation has begun; its end is given as a signal. Answers a verdict where there is nothing to see
 * @param mend takes the fault away before anything is looked at
 */
export async function judge(
  bed: FaultBed,
  scenario: Scenario,
  befall: (operationId: string, over: AbortSignal) => Promise<Verdict | undefined>,
  mend: () => Promise<void> = async () => undefined,
): Promise<Verdict> {
  await scenario.prepare(bed);
  const before = await bed.traces();
  const over = new AbortController();
  let operationId: string;
  try {
    operationId = await scenario.start(bed);
  } catch (error) {
    await mend();
    await bed.untilWell();
    if (!(error instanceof OcopeaRequestError)) throw error;
    return (await leftBehind(bed, scenario)) ?? { kind: 'refused', code: error.code };
  }
  const ended = operationEnd(bed.hub, operationId, endsWithinMs).finally(() => over.abort());
  // Not to be seen as unhandled while the fault is under way.
  ended.catch(() => undefined);
  const instead = await befall(operationId, over.signal);
  const verdict = await ended.then(
    ({ outcome, error, warnings }) => ({ outcome, warnings, code: error?.code ?? String(outcome) }),
    (error: unknown) => ({ outcome: undefined, warnings: [], code: String(error) }),
  );
  await mend();
  await bed.untilWell();
  if (verdict.outcome === undefined) return { kind: 'stuck', why: verdict.code };
  if (verdict.outcome?.startsWith('SUCCEEDED') === true) {
    const wrong = await scenario.check(bed).catch((error: unknown) => String(error));
    if (wrong !== undefined) return { kind: 'wrong data', why: wrong };
    return (await leftBehind(bed, scenario)) ?? instead ?? { kind: 'finished' };
  }
  const why = scenario.name === 'delete' ? undefined : await bed.differences(before, records);
  if (why !== undefined && verdict.warnings.length === 0) return { kind: 'left behind', why };
  const ending: Verdict = why === undefined ? { kind: 'failed', code: verdict.code } : { kind: 'kept', code: verdict.code, why: verdict.warnings.join('; ') };
  return (await leftBehind(bed, scenario)) ?? instead ?? ending;
}

/** What says that there was a failure is no remainder of it. */
const records = { copies: [], appInstances: [] };

/** Looks for what is there beyond the records of a failure, then removes these. */
async function leftBehind(bed: FaultBed, scenario: Scenario): Promise<Verdict | undefined> {
  try {
    await scenario.cleanUp(bed);
  } catch (error) {
    return { kind: 'left behind', why: `what it made cannot be removed: ${String(error)}` };
  }
  const why = await bed.differences();
  return why === undefined ? undefined : { kind: 'left behind', why };
}
