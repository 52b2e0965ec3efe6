import { randomUUID } from 'node:crypto';
import type { HookOutcome } from '../../store/generated/enums.js';
import type { SiteContext } from '../site-context.js';
import type { HookCause, PlacedHook } from './run-hook.js';

/** How a run ended. `problem`: why it did not succeed, or was not tried. */
export interface HookRunEnd {
  readonly outcome: Exclude<HookOutcome, 'RUNNING'>;
  readonly problem: string | null;
  readonly output: string;
}

/** Runs that are kept of one copy; older go. The counts stay. */
const keptRuns = 200;

/** Whether the application did what it was asked, or did not need to. */
export function isWell({ outcome }: Pick<HookRunEnd, 'outcome'>): boolean {
  return outcome === 'SUCCEEDED' || outcome === 'SKIPPED';
}

/** @returns the id of the run */
export async function beginHookRun(site: SiteContext, { copyId, operationId }: HookCause, { name, event, service, position }: PlacedHook): Promise<string> {
  const id = randomUUID();
  await site.database.$transaction(async (transaction) => {
    await transaction.copy.update({ where: { id: copyId }, data: { hooksAttempted: { increment: 1 } } });
    await transaction.copyHookRun.create({ data: { id, copyId, operationId, position, hook: name, event, service, outcome: 'RUNNING', startedAt: new Date() } });
    await transaction.$executeRaw`
      DELETE FROM copy_hook_runs WHERE copy_id = ${copyId} AND id NOT IN (
        SELECT id FROM copy_hook_runs WHERE copy_id = ${copyId} ORDER BY started_at DESC, id DESC LIMIT ${keptRuns})`;
  });
  return id;
}

export async function endHookRun(site: SiteContext, copyId: string, runId: string, end: HookRunEnd): Promise<void> {
  await site.database.$transaction([
    site.database.copyHookRun.updateMany({ where: { id: runId }, data: { ...end, finishedAt: new Date() } }),
    site.database.copy.updateMany({
      where: { id: copyId },
      // What was not tried is no attempt.
      data: { ...(end.outcome === 'SKIPPED' && { hooksAttempted: { decrement: 1 } }), ...(!isWell(end) && { hooksFailed: { increment: 1 } }) },
    }),
  ]);
}

/** Runs of an operation whose process died: nobody knows how far they came. */
export async function endInterruptedRuns(site: SiteContext, copyId: string, operationId: string): Promise<void> {
  const interrupted = await site.database.copyHookRun.findMany({ where: { copyId, operationId, outcome: 'RUNNING' }, select: { id: true } });
  const problem = 'the Site was killed while it ran';
  for (const { id } of interrupted) await endHookRun(site, copyId, id, { outcome: 'INTERRUPTED', problem, output: '' });
}
