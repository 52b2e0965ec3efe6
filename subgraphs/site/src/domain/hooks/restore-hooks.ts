import { hookFailed } from '@ocopea/graph';
import type { OperationContext } from '@ocopea/operations';
import type { AppRows } from '../apps/app-rows.js';
import type { SiteContext } from '../site-context.js';
import { endInterruptedRuns, isWell } from './hook-record.js';
import { hookWarning, placedHooks } from './hook-window.js';
import { runHook, type PlacedHook } from './run-hook.js';

/** For what a hook does beside its own work: reading and writing its record, waiting for a broker. */
const roomMs = 60_000;

/** `DATA`: those with statements, when data services are filled and nobody reads them yet. `APP`: those with a command, when all runs. */
export type RestoreStage = 'DATA' | 'APP';

/** One step for each hook after the restore; one that was interrupted by a crash runs again. */
export async function runRestoreHooks(
  site: SiteContext,
  operation: OperationContext<{ readonly copyId: string; readonly rows: AppRows }>,
  stage: RestoreStage,
): Promise<void> {
  const { copyId, rows } = operation.input;
  const cause = { operationId: operation.id, copyId, appInstanceId: rows.appInstance.id, appInstanceName: rows.appInstance.name };
  const hooks = placedHooks(rows.appInstance.manifest).filter(({ event, command }) => event === 'AFTER_RESTORE' && (command === undefined) === (stage === 'DATA'));
  for (const hook of hooks) {
    const warning = await operation.step(
      `run hook ${hook.name}`,
      async ({ signal }) => {
        await endInterruptedRuns(site, copyId, operation.id);
        return { text: await runOne(hook, signal) };
      },
      { deadlineMs: hook.deadlineMs + roomMs },
    );
    if (warning.text !== null) operation.warn(warning.text);
  }

  async function runOne(hook: PlacedHook, signal: AbortSignal): Promise<string | null> {
    const end = await runHook(site, cause, hook, signal);
    signal.throwIfAborted();
    if (isWell(end)) return null;
    const problem = end.problem ?? 'it gave no reason';
    if (hook.onFailure === 'FAIL') throw hookFailed(hook.name, hook.service, problem);
    return hookWarning(hook, problem);
  }
}
