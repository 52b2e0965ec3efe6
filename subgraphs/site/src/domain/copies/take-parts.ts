import type { StepContext } from '@ocopea/operations';
import type { SiteContext } from '../site-context.js';
import { sideBySide } from '../work/side-by-side.js';
import { ConsistencyBarrier } from './consistency-barrier.js';
import type { CopyPlan } from './copy-plan.js';
import { noHold, planHold } from './hold-writers.js';
import { takePart, type TakenPart } from './take-part.js';

/** What came of taking all parts of a copy. */
export type TakenParts = { readonly parts: readonly TakenPart[]; readonly consistency: 'CRASH' | 'APPLICATION'; readonly warnings: readonly string[] };

/**
 * Copies all data services at once, at one consistency point: the parts wait for each other when each has done what takes
 * long, and take their points together, with writers held if APPLICATION was asked for. It is one step, since parts that
 * were taken before a crash and parts that are taken after it do not share a point.
 */
export async function takeParts(site: SiteContext, plan: CopyPlan, step: Pick<StepContext, 'signal' | 'progress' | 'log'>): Promise<TakenParts> {
  if (plan.parts.length === 0) return { parts: [], consistency: 'CRASH', warnings: [] };
  const warnings: string[] = [];
  const joining = await joiningParts(site, plan);
  const apart = plan.parts.filter(({ id }) => !joining.has(id));
  const names = apart.map(({ dataService }) => `"${dataService}"`).join(', ');
  if (apart.length > 0 && (plan.parts.length > 1 || plan.consistency === 'APPLICATION')) {
    warnings.push(`data service ${names} is copied at a moment of its own: its broker cannot wait for the others`);
  }
  const held = plan.consistency === 'APPLICATION' && apart.length === 0 ? await planHold(site, plan) : undefined;
  if (held?.canHold === false) warnings.push(held.reason);
  const barrier = new ConsistencyBarrier(joining.size, held?.canHold === true ? held.hold : noHold);

  let parts: TakenPart[];
  try {
    parts = await sideBySide(plan.parts, (part, others) =>
      takePart(site, plan, part, { signal: AbortSignal.any([step.signal, others]), progress: (done) => step.progress(done), log: (message, level) => step.log(message, level) }, joining.has(part.id) ? barrier.party() : undefined),
    );
  } finally {
    await barrier.close();
  }
  const { reached, heldMs } = barrier.outcome;
  warnings.push(...parts.flatMap((part) => part.warnings.map((warning) => `data service "${part.dataService}": ${warning}`)));
  if (held?.canHold === true) site.log.info({ copy: plan.copyId, heldMs: Math.round(heldMs), reached }, 'writers were held for the consistency point');
  if (held?.canHold === true) step.log(`writers were held for ${Math.round(heldMs)} ms; the consistency point was ${reached ? 'reached' : 'not reached'} meanwhile`);
  if (held?.canHold === true && !reached) warnings.push(`writers could be held for ${Math.round(held.hold.lastsMs)} ms, and the consistency point took longer`);
  const consistency = held?.canHold === true && reached ? 'APPLICATION' : 'CRASH';
  if (plan.consistency === 'APPLICATION' && consistency === 'CRASH') warnings.push('consistency APPLICATION was asked for and CRASH was reached');
  await site.database.copy.update({ where: { id: plan.copyId }, data: { consistency } });
  return { parts, consistency, warnings };
}

/** Ids of the parts that take their point at the barrier. A single one of a copy that holds nobody need not. */
async function joiningParts(site: SiteContext, { parts, consistency }: CopyPlan): Promise<ReadonlySet<string>> {
  if (parts.length < 2 && consistency === 'CRASH') return new Set();
  const rows = await site.database.dataService.findMany({ where: { id: { in: parts.map(({ dataServiceId }) => dataServiceId) } } });
  const canWait = (dataServiceId: string) => {
    const row = rows.find(({ id }) => id === dataServiceId);
    return row !== undefined && site.brokers.dataService(row.brokerId).info.capabilities.barrier === true;
  };
  return new Set(parts.flatMap(({ id, dataServiceId }) => (canWait(dataServiceId) ? [id] : [])));
}
