import { readdir, readlink } from 'node:fs/promises';
import { sep } from 'node:path';

/** Names the processes that have their working folder below this one. Linux only: elsewhere it finds none. */
export async function processesIn(directory: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return pids.flatMap((pid, index) => (folders[index]?.startsWith(directory + sep) ? [`process ${pid} in ${folders[index]}`] : []));
}
