import type { ServerResponse } from 'node:http';
import { deadlineExceeded, OcopeaError } from '@ocopea/graph';

/** Everything that ends one call: the client leaves, the process stops, time is over. */
export interface CallScope {
  readonly signal: AbortSignal;
  /** Settles as `work` does, or rejects with the reason of the signal when that comes first. */
  race<T>(work: Promise<T>): Promise<T>;
  [Symbol.dispose](): void;
}

export interface CallScopeOptions {
  /** Whose closing says that the client left. */
  readonly response: ServerResponse;
  /** Aborted when the process stops and waits no longer. */
  readonly stopping: AbortSignal;
  /** None when absent. */
  readonly deadlineMs?: number;
}

export function callScope({ response, stopping, deadlineMs }: CallScopeOptions): CallScope {
  const controller = new AbortController();
  const { signal } = controller;
  const onClose = () => {
    if (!response.writableFinished) controller.abort(new OcopeaError('CANCELLED', 'the client left before the answer'));
  };
  const onStopping = () => controller.abort(stopping.reason);
  const deadline =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => controller.abort(deadlineExceeded('the request', deadlineMs)), deadlineMs);
  response.once('close', onClose);
  stopping.addEventListener('abort', onStopping);
  if (stopping.aborted) onStopping();
  return {
    signal,
    race: (work) => raceWithSignal(work, signal),
    [Symbol.dispose]: () => {
      clearTimeout(deadline);
      response.off('close', onClose);
      stopping.removeEventListener('abort', onStopping);
    },
  };
}

/** As `work`, unless the signal is aborted first: then its reason. */
export async function raceWithSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  // The loser of the race is still a promise that may reject.
  aborted.catch(() => undefined);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}
