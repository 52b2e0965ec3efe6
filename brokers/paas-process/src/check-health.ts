import { get } from 'node:http';

/**
 * Asks once over a connection of its own, so that a check never rides on one that the app service is about to close. Answers
 * undefined when it is healthy (any 2xx), else what was wrong.
 */
export function checkHealth(url: string, timeoutMs: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const request = get(url, { agent: false, signal: deadline }, (response) => {
      const { statusCode = 0 } = response;
      // The status is all that counts; a body may be endless.
      response.destroy();
      resolve(statusCode >= 200 && statusCode < 300 ? undefined : `it answered ${statusCode}`);
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      resolve(deadline.aborted ? `it did not answer within ${timeoutMs} ms` : `it cannot be reached (${error.code ?? 'no answer'})`);
    });
  });
}
