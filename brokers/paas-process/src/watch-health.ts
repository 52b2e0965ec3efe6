import { setTimeout as delay } from 'node:timers/promises';
import type { HealthCheck } from '@ocopea/broker-contract';
import { checkHealth } from './check-health.js';

/** So many failures in a row, and an app service that was healthy is started again. */
const FAILURES = 3;

export interface WatchHealthOptions {
  readonly url: string;
  readonly check: HealthCheck;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** While it is held it cannot answer, which says nothing of its health. */
  isHeld(): boolean;
  onHealthy(): void;
  /** Called once, after which the watch has ended: it never became healthy in time, or is not healthy any more. */
  onFailed(reason: string): void;
}

/** Checks one run of an app service from its start until it ends, fails, or the signal is aborted. */
export async function watchHealth({ url, check, signal, isHeld, onHealthy, onFailed }: WatchHealthOptions): Promise<void> {
  const { intervalMs = 1_000, timeoutMs = 2_000, startWithinMs = 30_000 } = check;
  const giveUpAt = performance.now() + startWithinMs;
  let wasHealthy = false;
  let failures = 0;
  while (!signal.aborted) {
    const wasHeld = isHeld();
    const problem = wasHeld ? undefined : await checkHealth(url, timeoutMs, signal);
    if (signal.aborted) return;
    if (wasHeld || isHeld()) {
      failures = 0;
    } else if (problem === undefined) {
      failures = 0;
      if (!wasHealthy) onHealthy();
      wasHealthy = true;
    } else if (!wasHealthy && performance.now() >= giveUpAt) {
      return onFailed(`was not healthy within ${startWithinMs} ms: ${problem}`);
    } else if (wasHealthy && ++failures >= FAILURES) {
      return onFailed(`failed its health check ${FAILURES} times in a row: ${problem}`);
    }
    await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
