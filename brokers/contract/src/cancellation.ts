import { BrokerError } from './broker-error.js';

/**
 * Ends a call whose caller has given up. `what` names the call for people: `copy of data service "guestbook-db"`.
 * @throws CANCELLED when the signal is aborted
 */
export function throwIfCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw cancelled(what);
}

/**
 * Settles as `work` does, or rejects with `CANCELLED` as soon as the signal is aborted, whichever is first. `work` itself
 * is not stopped; the caller still has to undo what it made.
 */
export async function untilCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined, what: string): Promise<T> {
  if (signal === undefined) return work;
  work.catch(() => undefined);
  throwIfCancelled(signal, what);
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(cancelled(what));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function cancelled(what: string): BrokerError {
  return new BrokerError('CANCELLED', `${what} was cancelled; what it had made is undone`);
}
