import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Living processes (no zombies) whose command line, environment, working folder or output names the folder: everything a
 * fabric in it started, the processes of applications and the sessions of database servers too.
 */
export async function processesOf(home: string): Promise<{ pid: number; command: string }[]> {
  const found: { pid: number; command: string }[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const about = (file: string) => join('/proc', name, file);
    const [command, environment] = await Promise.all(['cmdline', 'environ'].map((file) => readFile(about(file), 'utf8').catch(() => '')));
    const links = await Promise.all(['cwd', 'fd/1', 'fd/2'].map((link) => readlink(about(link)).catch(() => '')));
    if (command !== '' && [command, environment, ...links].some((text) => text!.includes(home))) found.push({ pid, command: command!.replaceAll('\0', ' ').trim() });
  }
  return found;
}
