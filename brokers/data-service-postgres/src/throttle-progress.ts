import type { WorkProgress } from '@ocopea/broker-contract';

const intervalMs = 100;

/** Passes on at most ten reports a second; `flush` gives the last one if it was held back. */
export function throttleProgress(onProgress: ((progress: WorkProgress) => void) | undefined, now: () => number = Date.now): { report: (progress: WorkProgress) => void; flush: () => void } {
  let last = -Infinity;
  let held: WorkProgress | undefined;
  const pass = (progress: WorkProgress) => {
    last = now();
    held = undefined;
    onProgress?.(progress);
  };
  return {
    report: (progress) => {
      if (now() - last >= intervalMs) pass(progress);
      else held = progress;
    },
    flush: () => {
      if (held !== undefined) pass(held);
    },
  };
}
