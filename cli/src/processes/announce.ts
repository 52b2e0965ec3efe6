import type { ReadyMessage } from './up/managed-process.js';

/** Tells whoever started this process that it serves: the supervisor by message, people by a line. */
export function announce(ready: ReadyMessage, line: string): void {
  // A supervisor that is gone hears nothing; without the callback that would be an error that ends this process.
  if (process.send !== undefined) process.send(ready, undefined, undefined, () => {});
  else process.stdout.write(`${line}\n`);
}
