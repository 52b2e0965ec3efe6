import type { ReadyMessage } from './up/managed-process.js';

/** Tells whoever started this process that it serves: the supervisor by message, people by a line. */
export function announce(ready: ReadyMessage, line: string): void {
  if (process.send !== undefined) process.send(ready);
  else process.stdout.write(`${line}\n`);
}
