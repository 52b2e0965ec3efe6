import { execFile } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { logicalFormat, oldestMajorVersion } from './logical-format.js';
import { postgresEnvironment } from './postgres-access.js';

/** PostgreSQL's programs for logical copies, of one version. */
export interface PostgresPrograms {
  readonly directory: string;
  readonly majorVersion: number;
}

/** Where systems put them, folder by version; `*` is any text. */
const usualPlaces: readonly (readonly [parent: string, name: RegExp, below: string])[] = [
  ['/usr/lib/postgresql', /^\d+$/, 'bin'],
  ['/usr', /^pgsql-\d+$/, 'bin'],
  ['/opt/homebrew/opt', /^(postgresql|libpq)(@\d+)?$/, 'bin'],
  ['/usr/local/opt', /^(postgresql|libpq)(@\d+)?$/, 'bin'],
];
const plainPlaces = ['/usr/local/pgsql/bin', '/usr/local/bin', '/usr/bin'];

/**
 * Finds `pg_dump` and `pg_restore`, one pair for each major version, newest first.
 * @param directories looked in before the usual places
 */
export async function findPostgresPrograms(directories: readonly string[] = []): Promise<readonly PostgresPrograms[]> {
  const usual = await Promise.all(usualPlaces.map(async ([parent, name, below]) => (await readdir(parent).catch(() => [])).filter((entry) => name.test(entry)).map((entry) => join(parent, entry, below))));
  const found = await Promise.all([...directories, ...usual.flat(), ...plainPlaces].map(programsIn));
  const byVersion = new Map<number, PostgresPrograms>();
  for (const programs of found) if (programs !== undefined && !byVersion.has(programs.majorVersion)) byVersion.set(programs.majorVersion, programs);
  return [...byVersion.values()].sort((one, other) => other.majorVersion - one.majorVersion);
}

/**
 * The pair that dumps a server: of its own version. Older ones refuse newer servers, and what newer ones write could not be restored into
 * the server that it came from.
 * @throws NOT_SUPPORTED saying what to install
 */
export function programsToDump(programs: readonly PostgresPrograms[], serverMajorVersion: number): PostgresPrograms {
  const fitting = programs.find(({ majorVersion }) => majorVersion === serverMajorVersion);
  if (fitting !== undefined) return fitting;
  throw new BrokerError(BrokerErrorCode.NotSupported, `a PostgreSQL ${serverMajorVersion} server is copied logically by pg_dump ${serverMajorVersion}, and ${foundOf(programs)}; ${whatToInstall(serverMajorVersion)}`);
}

/**
 * The pair that restores what `pg_dump` of a version wrote, into a server: not older than the dump, and not newer than the server, whose
 * settings it would not know.
 * @throws NOT_SUPPORTED saying what to install
 */
export function programsToRestore(programs: readonly PostgresPrograms[], dumpMajorVersion: number, serverMajorVersion: number): PostgresPrograms {
  const fitting = programs.find(({ majorVersion }) => majorVersion >= dumpMajorVersion && majorVersion <= serverMajorVersion);
  if (fitting !== undefined) return fitting;
  throw new BrokerError(
    BrokerErrorCode.NotSupported,
    `a dump of pg_dump ${dumpMajorVersion} is restored into PostgreSQL ${serverMajorVersion} by pg_restore ${dumpMajorVersion} to ${serverMajorVersion}, and ${foundOf(programs)}; ${whatToInstall(serverMajorVersion)}`,
  );
}

/** Formats of all versions that a program here restores into a server of this version, newest first. */
export function restorableFormats(programs: readonly PostgresPrograms[], serverMajorVersion: number): readonly string[] {
  const newest = Math.max(...programs.map(({ majorVersion }) => majorVersion).filter((version) => version <= serverMajorVersion), oldestMajorVersion - 1);
  return Array.from({ length: newest - oldestMajorVersion + 1 }, (_, age) => logicalFormat(newest - age));
}

async function programsIn(directory: string): Promise<PostgresPrograms | undefined> {
  try {
    for (const name of ['pg_dump', 'pg_restore']) {
      // Debian's wrapper runs whichever version it thinks best, so that its own answer says nothing.
      if (basename(await realpath(join(directory, name))) !== name) return undefined;
    }
    const { stdout } = await promisify(execFile)(join(directory, 'pg_dump'), ['--version'], { timeout: 10_000, env: postgresEnvironment });
    const version = /\) (\d+)/.exec(stdout)?.[1];
    return version === undefined ? undefined : { directory, majorVersion: Number(version) };
  } catch {
    // Not there, or not for this machine: in each case none that can be used.
    return undefined;
  }
}

function foundOf(programs: readonly PostgresPrograms[]): string {
  return programs.length === 0 ? 'no such program was found' : `there is only version ${programs.map(({ majorVersion }) => majorVersion).join(', ')}`;
}

function whatToInstall(majorVersion: number): string {
  return `install PostgreSQL's client programs of version ${majorVersion} (Debian: postgresql-client-${majorVersion}) at the Site, or name their folder in OCOPEA_POSTGRES_PROGRAMS`;
}
