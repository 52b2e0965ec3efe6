import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the system's own tools say of a folder: names, kinds, permissions, owners, sizes, links, times, checksums. Bytes as they are. */
export async function treeListing(folder: string): Promise<string> {
  const options = { encoding: 'latin1' as const, maxBuffer: 64 * 1024 * 1024 };
  const about = '%P %y %m %U:%G %n %T@ %l';
  const [folders, others, checksums] = await Promise.all([
    run('find', [`${folder}/`, '-type', 'd', '-printf', String.raw`${about}\0`], options),
    run('find', [`${folder}/`, '-not', '-type', 'd', '-printf', String.raw`${about} %s\0`], options),
    run('sh', ['-c', 'cd "$1" && find . -type f -size -100000k -exec sha256sum -z {} +', 'sh', folder], options),
  ]);
  return [folders, others, checksums].flatMap(({ stdout }) => stdout.split('\0').sort()).join('\n');
}
