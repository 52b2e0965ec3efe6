/**
 * Settles as `work` does, or rejects with the reason of the signal when that is aborted first.
 *
 * @param onAborted - called in that case
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, onAborted: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
      onAborted();
    };
    signal.addEventListener('abort', abort, { once: true });
    const settled = (): void => signal.removeEventListener('abort', abort);
    work.then(
      (value) => {
        settled();
        resolve(value);
      },
      (error: unknown) => {
        settled();
        reject(error as Error);
      },
    );
  });
}
