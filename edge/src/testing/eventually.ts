import { vi } from 'vitest';

/** Waits until `check` passes: what it looks at happens on the other side of a socket. The time is for a busy machine. */
export function eventually<T>(check: () => T): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval: 10 });
}
