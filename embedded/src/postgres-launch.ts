import { execFile } from 'node:child_process';
import { chown, lstat, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError, EmbeddedErrorCode, isSystemError } from './embedded-error.js';

/**
 * How PostgreSQL's programs are run. They refuse to run as root, rightly: so when we are root they need to be somebody else.
 *
 * - `direct`: we are not root.
 * - `user-namespace`: in a user namespace where root's files belong to an ordinary user. Nothing changes outside: files stay
 *   root's, so folders that only root may enter work.
 * - `other-user`: as an existing user, to whom the data is given. Where namespaces are not allowed, as in most containers.
 *   With `setpriv`, it may enter folders that are root's alone, such as a clone in /root.
 */
export type PostgresLaunch =
  | { readonly kind: 'direct' }
  | { readonly kind: 'user-namespace'; readonly unshare: string }
  | { readonly kind: 'other-user'; readonly uid: number; readonly gid: number; readonly setpriv?: string };

export interface ChooseLaunchOptions {
  /** The folder that holds `PG_VERSION`, or will: its owner decides. */
  readonly dataDirectory: string;
  /** A program that the chosen user must be able to run. */
  readonly program: string;
  /** Which way to take for a new folder when we are root. @default 'user-namespace' where it works, else 'other-user' */
  readonly asRoot?: 'user-namespace' | 'other-user';
  /** Where system programs are looked for. @default ['/usr/bin', '/bin', '/usr/sbin', '/sbin'] */
  readonly systemPath?: readonly string[];
}

const defaultSystemPath = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];
/** Inside the namespace; any but 0. */
const namespaceUserId = '1000';
const run = promisify(execFile);

/**
 * Decides how to run PostgreSQL on a data folder. The answer for an existing folder is always the same one, as its owner
 * tells which way made it.
 *
 * @throws NOT_SUPPORTED we are root and no way works; the message says what to do
 */
export async function choosePostgresLaunch(options: ChooseLaunchOptions): Promise<PostgresLaunch> {
  if (process.getuid === undefined || process.getuid() !== 0) return { kind: 'direct' };
  const { dataDirectory, asRoot, systemPath = defaultSystemPath } = options;
  const owner = await ownerOf(join(dataDirectory, 'PG_VERSION'));
  if (owner !== undefined && owner.uid !== 0) return asOtherUser(owner, options);
  const unshare = asRoot === 'other-user' && owner === undefined ? undefined : await workingUnshare(systemPath);
  if (unshare !== undefined) return { kind: 'user-namespace', unshare };
  if (owner !== undefined || asRoot === 'user-namespace') {
    throw new EmbeddedError(
      EmbeddedErrorCode.NotSupported,
      `PostgreSQL does not run as root, folder "${dataDirectory}" is root's, and user namespaces do not work here; allow them, or give the folder to another user with chown -R, or run Ocopea as an ordinary user`,
    );
  }
  return asOtherUser(await fallbackUser(), options);
}

/** The command that runs a program in this way; `uid` and `gid` are options of `spawn`. */
export function launchCommand(launch: PostgresLaunch, program: string, args: readonly string[]): { command: string; args: readonly string[]; options: { uid?: number; gid?: number } } {
  switch (launch.kind) {
    case 'direct':
      return { command: program, args, options: {} };
    case 'user-namespace':
      return { command: launch.unshare, args: ['--user', `--map-user=${namespaceUserId}`, `--map-group=${namespaceUserId}`, '--', program, ...args], options: {} };
    case 'other-user':
      return launch.setpriv === undefined
        ? { command: program, args, options: { uid: launch.uid, gid: launch.gid } }
        : { command: launch.setpriv, args: [...privileges(launch.uid, launch.gid), program, ...args], options: {} };
  }
}

/** Gives a folder and all in it to whom PostgreSQL runs as. Symbolic links are not followed. */
export async function giveToPostgres(launch: PostgresLaunch, path: string): Promise<void> {
  if (launch.kind !== 'other-user') return;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await giveToPostgres(launch, child);
    else if (entry.isFile()) await chown(child, launch.uid, launch.gid);
  }
  await chown(path, launch.uid, launch.gid);
}

async function asOtherUser({ uid, gid }: { uid: number; gid: number }, { dataDirectory, program, systemPath = defaultSystemPath }: ChooseLaunchOptions): Promise<PostgresLaunch> {
  const parent = dirname(dataDirectory);
  const plain: PostgresLaunch = { kind: 'other-user', uid, gid };
  if (await canReach(plain, program, parent)) return plain;
  const setpriv = await findProgram('setpriv', systemPath);
  if (setpriv !== undefined) {
    const privileged: PostgresLaunch = { ...plain, setpriv };
    if (await canReach(privileged, program, parent)) return privileged;
  }
  throw new EmbeddedError(
    EmbeddedErrorCode.NotSupported,
    `PostgreSQL does not run as root, and user ${uid}, as which it would run, cannot reach "${program}" or "${parent}"; clone Ocopea to a folder that everybody may enter (not below /root) and set OCOPEA_HOME to such a folder, or run it as an ordinary user`,
  );
}

/** Keeps the right to enter any folder, takes the rest. */
function privileges(uid: number, gid: number): readonly string[] {
  return [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--inh-caps=-all,+dac_override', '--ambient-caps=+dac_override', '--'];
}

/** Whether the user can run the program and enter the folder. */
async function canReach(launch: PostgresLaunch, program: string, folder: string): Promise<boolean> {
  const enter = launchCommand(launch, '/bin/sh', ['-c', 'cd -- "$1" && exec "$2" --version', 'sh', folder, program]);
  return succeeds(enter.command, enter.args, enter.options);
}

async function workingUnshare(systemPath: readonly string[]): Promise<string | undefined> {
  const unshare = await findProgram('unshare', systemPath);
  if (unshare === undefined) return undefined;
  const attempt = launchCommand({ kind: 'user-namespace', unshare }, '/bin/sh', ['-c', `test "$(id -u)" = ${namespaceUserId}`]);
  return (await succeeds(attempt.command, attempt.args)) ? unshare : undefined;
}

async function succeeds(command: string, args: readonly string[], options: { uid?: number; gid?: number } = {}): Promise<boolean> {
  try {
    await run(command, args, { ...options, cwd: '/', timeout: 10_000, env: { PATH: defaultSystemPath.join(':') } });
    return true;
  } catch {
    // Not there, not allowed, flags unknown: in each case it is no way.
    return false;
  }
}

async function findProgram(name: string, systemPath: readonly string[]): Promise<string | undefined> {
  for (const directory of systemPath) {
    const path = join(directory, name);
    if ((await stat(path).catch(() => undefined))?.isFile()) return path;
  }
  return undefined;
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await lstat(path);
    return { uid, gid };
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** User `postgres` where there is one, else `nobody`, from /etc/passwd: name:password:uid:gid:… */
async function fallbackUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile('/etc/passwd', 'utf8').catch(() => '')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (user?.[2] === undefined || user[3] === undefined || Number(user[2]) === 0) {
    throw new EmbeddedError(EmbeddedErrorCode.NotSupported, 'PostgreSQL does not run as root, and there is neither a user "postgres" nor a user "nobody" to run it as; make one, or run Ocopea as an ordinary user');
  }
  return { uid: Number(user[2]), gid: Number(user[3]) };
}
