import type { StepContext } from '@ocopea/operations';
import { HookWindow } from '../hooks/hook-window.js';
import type { SiteContext } from '../site-context.js';
import { sideBySide } from '../work/side-by-side.js';
import { ConsistencyBarrier } from './consistency-barrier.js';
import type { CopyPlan } from './copy-plan.js';
import { noHold, planHold } from './hold-writers.js';
import { dropParts, takePart, type TakenPart } from './take-part.js';

/** What came of taking all parts of a copy. */
export type TakenParts = { readonly parts: readonly TakenPart[]; readonly consistency: 'CRASH' | 'APPLICATION'; readonly warnings: readonly string[] };

/**
 * Copies all data services at once, at one consistency point: the parts wait for each other when each has done what takes
 * long, and take their points together, between the hooks before and after the copy, with writers held if APPLICATION was
 * asked for. Where a part cannot wait, the hooks are around all of the copying. It is one step, since parts that were taken
 * before a crash and parts that are taken after it do not share a point.
 *
 * @throws HOOK_FAILED
 */
export async function takeParts(site: SiteContext, plan: CopyPlan, operationId: string, step: Pick<StepContext, 'signal' | 'progress' | 'log'>): Promise<TakenParts> {
  const hooks = new HookWindow(site, plan, operationId, step);
  await hooks.settle();
  const warnings: string[] = [];
  const joining = await joiningParts(site, plan, hooks.isNeeded);
  const apart = plan.parts.filter(({ id }) => !joining.has(id));
  const isOneMoment = plan.parts.length > 0 && apart.length === 0;
  const held = plan.consistency === 'APPLICATION' && isOneMoment ? await planHold(site, plan) : undefined;
  const hold = held?.canHold === true ? held.hold : noHold;
  const barrier = new ConsistencyBarrier(joining.size, isOneMoment ? hooks.around(hold) : hold);

  let parts: TakenPart[];
  try {
    if (!isOneMoment) await hooks.open();
    parts = await sideBySide(plan.parts, (part, others) =>
      takePart(site, plan, part, { signal: AbortSignal.any([step.signal, others]), progress: (done) => step.progress(done), log: (message, level) => step.log(message, level) }, joining.has(part.id) ? barrier.party() : undefined),
    );
  } catch (error) {
    throw hooks.failure ?? error;
  } finally {
    await barrier.close();
    await hooks.close();
  }
  if (hooks.failure !== undefined) throw hooks.failure;
  const { reached, heldMs } = barrier.outcome;
  const names = apart.map(({ dataService }) => `"${dataService}"`).join(', ');
  if (apart.length > 0 && !hooks.holdsWrites && (plan.parts.length > 1 || plan.consistency === 'APPLICATION')) {
    warnings.push(`data service ${names} is copied at a moment of its own: its broker cannot wait for the others`);
  }
  if (held?.canHold === false && !hooks.holdsWrites) warnings.push(held.reason);
  warnings.push(...hooks.warnings, ...parts.flatMap((part) => part.warnings.map((warning) => `data service "${part.dataService}": ${warning}`)));
  if (held?.canHold === true) site.log.info({ copy: plan.copyId, heldMs: Math.round(heldMs), reached }, 'writers were held for the consistency point');
  if (held?.canHold === true) step.log(`writers were held for ${Math.round(heldMs)} ms; the consistency point was ${reached ? 'reached' : 'not reached'} meanwhile`);
  if (held?.canHold === true && !reached) warnings.push(`writers could be held for ${Math.round(held.hold.lastsMs)} ms, and the consistency point took longer`);
  const consistency = plan.consistency === 'APPLICATION' && plan.parts.length > 0 && hooks.isWell && (hooks.holdsWrites || (held?.canHold === true && reached)) ? 'APPLICATION' : 'CRASH';
  if (plan.consistency === 'APPLICATION' && consistency === 'CRASH') warnings.push('consistency APPLICATION was asked for and CRASH was reached');
  await site.database.copy.update({ where: { id: plan.copyId }, data: { consistency } });
  return { parts, consistency, warnings };
}

/** Takes everything back: what hooks after the copy are owed, and the parts, also when a hook fails. */
export async function takeBackParts(site: SiteContext, plan: CopyPlan, operationId: string, step: Pick<StepContext, 'signal' | 'log'>): Promise<void> {
  try {
    await new HookWindow(site, plan, operationId, step).settle();
  } finally {
    await dropParts(site, plan.parts, step.signal);
  }
}

/** Ids of the parts that take their point at the barrier. A single one of a copy that holds nobody, and has no hooks, need not. */
async function joiningParts(site: SiteContext, { parts, consistency }: CopyPlan, hasHooks: boolean): Promise<ReadonlySet<string>> {
  if (parts.length < 2 && consistency === 'CRASH' && !hasHooks) return new Set();
  const rows = await site.database.dataService.findMany({ where: { id: { in: parts.map(({ dataServiceId }) => dataServiceId) } } });
  const canWait = (dataServiceId: string) => {
    const row = rows.find(({ id }) => id === dataServiceId);
    return row !== undefined && site.brokers.dataService(row.brokerId).info.capabilities.barrier === true;
  };
  return new Set(parts.flatMap(({ id, dataServiceId }) => (canWait(dataServiceId) ? [id] : [])));
}
