import { isBrokerError, type RunResult } from '@ocopea/broker-contract';
import type { HookManifest } from '../manifest/app-manifest.js';
import type { SiteContext } from '../site-context.js';
import { beginHookRun, endHookRun, type HookRunEnd } from './hook-record.js';

/** A hook that is to run, with its place in the manifest. */
export interface PlacedHook extends HookManifest {
  readonly position: number;
}

/** For whom hooks run. */
export interface HookCause {
  readonly operationId: string;
  /** Where they are recorded: the copy that is taken, or that was restored. */
  readonly copyId: string;
  readonly appInstanceId: string;
  readonly appInstanceName: string;
}

/** Beyond the deadline of the hook, before a broker that does not answer is given up. */
const patienceMs = 30_000;

/** Runs a hook and records that it ran and how it ended. Rejects only when that cannot be recorded. */
export async function runHook(site: SiteContext, cause: HookCause, hook: PlacedHook, signal?: AbortSignal): Promise<HookRunEnd> {
  const runId = await beginHookRun(site, cause, hook);
  const end = await attempt(site, cause, hook, runId, signal);
  await endHookRun(site, cause.copyId, runId, end);
  const { outcome, problem } = end;
  site.log.info({ operationId: cause.operationId, hook: hook.name, event: hook.event, outcome, problem }, 'a hook has run');
  return end;
}

async function attempt(site: SiteContext, cause: HookCause, hook: PlacedHook, runId: string, given: AbortSignal | undefined): Promise<HookRunEnd> {
  const late = AbortSignal.timeout(hook.deadlineMs + patienceMs);
  const signal = given === undefined ? late : AbortSignal.any([given, late]);
  try {
    signal.throwIfAborted();
    return await (hook.command === undefined ? runStatements(site, cause, hook, runId, signal) : runCommand(site, cause, { ...hook, command: hook.command }, runId, signal));
  } catch (error) {
    if (given?.aborted) return { outcome: 'CANCELLED', problem: 'the operation was stopped', output: '' };
    if (late.aborted) return { outcome: 'LATE', problem: `its broker did not answer ${patienceMs} ms after its deadline`, output: '' };
    if (isBrokerError(error)) return { outcome: 'FAILED', problem: error.message, output: '' };
    site.log.error({ operationId: cause.operationId, hook: hook.name, err: error as Error }, 'a hook met an unexpected error');
    return { outcome: 'FAILED', problem: 'something went wrong here; the log of the Site has the cause', output: '' };
  }
}

/** Beside a stopped app service nothing runs that could be told, or that would need to be. */
async function runCommand(site: SiteContext, cause: HookCause, hook: PlacedHook & { readonly command: string }, runId: string, signal: AbortSignal): Promise<HookRunEnd> {
  const { appInstanceId, appInstanceName, copyId } = cause;
  const row = await site.database.appService.findUnique({ where: { appInstanceId_name: { appInstanceId, name: hook.service } } });
  if (row === null) return { outcome: 'FAILED', problem: `there is no app service "${hook.service}" any more`, output: '' };
  const key = { space: row.space, appServiceId: row.brokerKey };
  const { broker } = site.brokers.paas(row.brokerId);
  if ((await broker.get(key, { signal })).state.phase === 'stopped') return { outcome: 'SKIPPED', problem: `app service "${hook.service}" is stopped`, output: '' };
  const environment = { OCOPEA_HOOK: hook.name, OCOPEA_HOOK_EVENT: hook.event, OCOPEA_COPY_ID: copyId, OCOPEA_APP_NAME: appInstanceName };
  return endOf(await broker.runCommand({ ...key, runId, command: hook.command, deadlineMs: hook.deadlineMs, environment }, { signal }));
}

async function runStatements(site: SiteContext, { appInstanceId }: HookCause, hook: PlacedHook, runId: string, signal: AbortSignal): Promise<HookRunEnd> {
  const row = await site.database.dataService.findUnique({ where: { appInstanceId_name: { appInstanceId, name: hook.service } } });
  if (row === null) return { outcome: 'FAILED', problem: `there is no data service "${hook.service}" any more`, output: '' };
  const { broker } = site.brokers.dataService(row.brokerId);
  return endOf(await broker.runStatements({ dataServiceId: row.brokerKey, runId, statements: hook.statements ?? '', deadlineMs: hook.deadlineMs }, { signal }));
}

function endOf({ end, problem, output }: RunResult): HookRunEnd {
  return { outcome: ({ succeeded: 'SUCCEEDED', failed: 'FAILED', late: 'LATE' } as const)[end], problem: problem ?? null, output };
}
