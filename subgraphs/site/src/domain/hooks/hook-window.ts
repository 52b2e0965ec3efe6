import { hookFailed } from '@ocopea/graph';
import type { StepContext } from '@ocopea/operations';
import type { Hold } from '../copies/consistency-barrier.js';
import type { CopyPlan } from '../copies/copy-plan.js';
import type { SiteContext } from '../site-context.js';
import { endInterruptedRuns, isWell, type HookRunEnd } from './hook-record.js';
import { runHook, type HookCause, type PlacedHook } from './run-hook.js';

/** By copy: hooks after it that this process runs. A step that was given up may still be at it while it is undone. */
const closings = new Map<string, Promise<void>>();

/**
 * The time between the hooks before a copy and those after it. From the moment at which the first may have run, those after
 * the copy are owed to the application: that is written down, so that they run whatever becomes of the copy or of this
 * process, and run again if nobody knows whether they came to their end.
 */
export class HookWindow {
  /** What did not go well and is no reason to fail. */
  readonly warnings: string[] = [];
  readonly #cause: HookCause;
  readonly #before: readonly PlacedHook[];
  readonly #after: readonly PlacedHook[];
  #isWell = true;
  #holdsWrites = false;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly site: SiteContext,
    plan: CopyPlan,
    operationId: string,
    private readonly step: Pick<StepContext, 'signal' | 'log'>,
  ) {
    const { copyId, appInstanceId, appInstanceName, manifest } = plan;
    this.#cause = { operationId, copyId, appInstanceId, appInstanceName };
    const placed = placedHooks(manifest);
    this.#before = placed.filter(({ event }) => event === 'BEFORE_COPY');
    this.#after = placed.filter(({ event }) => event === 'AFTER_COPY');
  }

  get isNeeded(): boolean {
    return this.#before.length + this.#after.length > 0;
  }

  /** Every hook before the copy did what it should. */
  get isWell(): boolean {
    return this.#isWell;
  }

  /** One of them holds the writes of the application. */
  get holdsWrites(): boolean {
    return this.#isWell && this.#holdsWrites;
  }

  /** Why the operation fails: a hook that says so. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** What an earlier run of the same step, whose process died, still owes. @throws HOOK_FAILED */
  async settle(): Promise<void> {
    if (!this.isNeeded) return;
    await closings.get(this.#cause.copyId);
    await endInterruptedRuns(this.site, this.#cause.copyId, this.#cause.operationId);
    await this.#runOwed();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Runs the hooks before the copy. @throws HOOK_FAILED, CANCELLED */
  async open(): Promise<void> {
    if (!this.isNeeded) return;
    this.step.signal.throwIfAborted();
    await this.site.database.copy.update({ where: { id: this.#cause.copyId }, data: { hooksOwedSince: new Date() } });
    for (const hook of this.#before) {
      const end = await runHook(this.site, this.#cause, hook, this.step.signal);
      this.step.signal.throwIfAborted();
      if (isWell(end)) this.#holdsWrites ||= hook.holdsWrites;
      else this.#isWell = false;
      this.#judge(hook, end);
      if (this.#failure !== undefined) throw this.#failure;
    }
  }

  /** Runs the hooks after the copy, if they are owed; a cancel does not keep them from it. Again is no change. Never rejects: see {@link failure}. */
  close(): Promise<void> {
    if (!this.isNeeded) return Promise.resolve();
    if (this.#closing !== undefined) return this.#closing;
    const { copyId } = this.#cause;
    this.#closing = this.#runOwed()
      .catch((error: unknown) => {
        this.#failure ??= error as Error;
      })
      .finally(() => closings.delete(copyId));
    closings.set(copyId, this.#closing);
    return this.#closing;
  }

  /** The hold, within this window. */
  around(hold: Hold): Hold {
    if (!this.isNeeded) return hold;
    return {
      lastsMs: hold.lastsMs,
      begin: async () => {
        await this.open();
        await hold.begin();
      },
      end: async () => {
        await hold.end();
        await this.close();
      },
    };
  }

  async #runOwed(): Promise<void> {
    const { database } = this.site;
    const { copyId } = this.#cause;
    const { hooksOwedSince } = (await database.copy.findUnique({ where: { id: copyId }, select: { hooksOwedSince: true } })) ?? { hooksOwedSince: null };
    if (hooksOwedSince === null) return;
    const runs = await database.copyHookRun.findMany({ where: { copyId, event: 'AFTER_COPY', startedAt: { gte: hooksOwedSince } } });
    let isSettled = true;
    for (const hook of this.#after) {
      const ofHook = runs.filter(({ position }) => position === hook.position);
      if (ofHook.some(({ outcome }) => outcome === 'SUCCEEDED' || outcome === 'SKIPPED' || (hook.onFailure === 'CONTINUE' && (outcome === 'FAILED' || outcome === 'LATE')))) continue;
      const end = await runHook(this.site, this.#cause, hook);
      this.#judge(hook, end);
      if (!isWell(end) && hook.onFailure === 'FAIL') isSettled = false;
    }
    if (isSettled) await database.copy.updateMany({ where: { id: copyId }, data: { hooksOwedSince: null } });
  }

  #judge(hook: PlacedHook, end: HookRunEnd): void {
    this.step.log(`hook "${hook.name}" in service "${hook.service}" ended: ${end.outcome}${end.problem === null ? '' : `, ${end.problem}`}`, isWell(end) ? 'INFO' : 'WARNING');
    if (isWell(end)) return;
    const problem = end.problem ?? 'it gave no reason';
    if (hook.onFailure === 'FAIL') this.#failure ??= hookFailed(hook.name, hook.service, problem);
    else this.warnings.push(hookWarning(hook, problem));
  }
}

/** The hooks of a manifest with their places. */
export function placedHooks({ hooks = [] }: Pick<CopyPlan['manifest'], 'hooks'>): PlacedHook[] {
  return hooks.map((hook, position) => ({ ...hook, position }));
}

export function hookWarning({ name, service }: Pick<PlacedHook, 'name' | 'service'>, problem: string): string {
  return `hook "${name}" in service "${service}" did not succeed: ${problem}`;
}
