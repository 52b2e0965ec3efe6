import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** `kill -9`. Resolves when it is dead. */
export async function killProcess(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  // A process that is dead and not yet fetched by its parent has no command line any more.
  while ((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')) !== '') await delay(10);
}
