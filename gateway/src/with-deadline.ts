/**
 * Runs `work` with a signal that is aborted when `signal` is, or after `deadlineMs`. Leaves nothing on `signal` afterwards:
 * `AbortSignal.any` keeps every signal it made for as long as its source lives, and a subscription lives for days.
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  reason: () => Error = () => new DOMException(`not done within ${deadlineMs} ms`, 'TimeoutError'),
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(reason()), deadlineMs);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
