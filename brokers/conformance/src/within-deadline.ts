import { AssertionError } from 'node:assert';
import { setTimeout as delay } from 'node:timers/promises';

/** Generous: it only bounds how long a broken broker can hold up the suite. */
const DEADLINE_MS = 30_000;
const POLL_MS = 25;

/** Settles as `work` does, or rejects after the deadline with a message that names what did not happen. */
export async function withinDeadline<T>(work: Promise<T>, what: string, deadlineMs = DEADLINE_MS): Promise<T> {
  const timer = new AbortController();
  const tooLate = delay(deadlineMs, undefined, { signal: timer.signal }).then(() => {
    throw new AssertionError({ message: `no ${what} within ${deadlineMs} ms` });
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    tooLate.catch(() => undefined);
    timer.abort();
  }
}

/** Asks until `question` answers something other than undefined; for states that a contract lets one only poll. */
export async function eventually<T>(question: () => Promise<T | undefined>, what: string, deadlineMs = DEADLINE_MS): Promise<T> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const answer = await withinDeadline(question(), what, deadlineMs);
    if (answer !== undefined) return answer;
    if (performance.now() > giveUpAt) throw new AssertionError({ message: `no ${what} within ${deadlineMs} ms` });
    await delay(POLL_MS);
  }
}
