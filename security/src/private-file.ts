import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { OcopeaError } from '@ocopea/graph';

/**
 * The content of a file that only its owner may read (mode 0600); made with `create` when there is none. Of several processes that
 * make it at once, one wins and all get its content; a crash in the middle leaves no half-written file under this name.
 *
 * @throws INSECURE_FILE when group or others have any right on it
 */
export async function loadOrCreatePrivateFile(path: string, create: () => string): Promise<string> {
  const existing = await readPrivateFile(path);
  if (existing !== undefined) return existing;
  await createPrivateFile(path, create());
  const created = await readPrivateFile(path);
  if (created === undefined) throw new Error(`invariant: ${path} was created and is gone`);
  return created;
}

/**
 * The content of a private file; `undefined` when there is none.
 *
 * @throws INSECURE_FILE
 */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw insecureFile(path, mode);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Does nothing when the file is there already: linking a complete file is atomic and never overwrites. */
async function createPrivateFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
    await link(temporary, path);
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  } finally {
    await file.close();
    await unlink(temporary);
  }
}

export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

function insecureFile(path: string, mode: number): OcopeaError {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  return new OcopeaError(
    'INSECURE_FILE',
    `${path} holds a secret, and its mode ${shown} lets others read it; run: chmod 600 ${path}`,
  );
}
