import { readdir, readFile } from 'node:fs/promises';

/** Living processes (no zombies) whose command line or environment names the folder: everything a fabric in it started. */
export async function processesOf(home: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const [command, environment] = await Promise.all(['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')));
    if (command !== '' && `${command}${environment}`.includes(home)) found.push({ pid, command: command!.replaceAll('\0', ' ').trim() });
  }
  return found;
}
