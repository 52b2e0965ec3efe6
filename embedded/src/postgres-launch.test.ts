import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { choosePostgresLaunch, giveToPostgres, launchCommand } from './postgres-launch.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
/** A program that answers `--version` for whoever reaches it. */
const program = '/bin/cat';

describe.runIf(!isRoot)('for an ordinary user', () => {
  it('PostgreSQL is run directly', async () => {
    expect(await choosePostgresLaunch({ dataDirectory: '/x/data', program })).toEqual({ kind: 'direct' });
  });
});

describe.runIf(isRoot)('for root (skipped for others, who have no choice)', () => {
  async function userIdIn(dataDirectory: string, asRoot: 'user-namespace' | 'other-user'): Promise<string> {
    const launch = await choosePostgresLaunch({ dataDirectory, program, asRoot });
    const { command, args, options } = launchCommand(launch, '/usr/bin/id', ['-u']);
    return (await run(command, args as string[], { ...options, cwd: '/' })).stdout.trim();
  }

  it.each(['user-namespace', 'other-user'] as const)('%s: programs do not see themselves as root', async (asRoot) => {
    await using directory = await temporaryDirectory();
    await chmod(directory.path, 0o755);
    expect(Number(await userIdIn(join(directory.path, 'data'), asRoot))).toBeGreaterThan(0);
  });

  it('the owner of an existing folder decides, whatever is asked for', async () => {
    await using directory = await temporaryDirectory();
    await chmod(directory.path, 0o755);
    const dataDirectory = join(directory.path, 'data');
    await mkdir(dataDirectory);
    await writeFile(join(dataDirectory, 'PG_VERSION'), '18');
    expect((await choosePostgresLaunch({ dataDirectory, program, asRoot: 'other-user' })).kind).toBe('user-namespace');
    await chown(join(dataDirectory, 'PG_VERSION'), 12345, 12345);
    expect(await choosePostgresLaunch({ dataDirectory, program, asRoot: 'user-namespace' })).toEqual({ kind: 'other-user', uid: 12345, gid: 12345 });
  });

  it('another user gets the whole folder', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'a/b'), { recursive: true });
    await writeFile(join(directory.path, 'a/b/file'), '');
    await giveToPostgres({ kind: 'other-user', uid: 12345, gid: 12346 }, join(directory.path, 'a'));
    expect(await stat(join(directory.path, 'a/b/file'))).toMatchObject({ uid: 12345, gid: 12346 });
  });

  describe('when program and data are in a folder that only root may enter', () => {
    async function closedFolder() {
      const directory = await temporaryDirectory();
      await chmod(directory.path, 0o700);
      const hidden = join(directory.path, 'cat');
      await copyFile(program, hidden);
      return { directory, options: { dataDirectory: join(directory.path, 'data'), program: hidden, asRoot: 'other-user' as const } };
    }

    it('another user gets the right to enter it, and no other right', async () => {
      const { directory, options } = await closedFolder();
      await using _ = directory;
      const launch = await choosePostgresLaunch(options);
      expect(launch).toMatchObject({ kind: 'other-user', setpriv: expect.any(String) as string });
      const { command, args } = launchCommand(launch, options.program, ['/proc/self/status']);
      const { stdout } = await run(command, args as string[], { cwd: '/' });
      // CAP_DAC_OVERRIDE is bit 1.
      expect(stdout).toMatch(/CapEff:\t0000000000000002/);
      expect(stdout).not.toMatch(/Uid:\t0/);
    });

    it('without setpriv it is refused, with what to do', async () => {
      const { directory, options } = await closedFolder();
      await using _ = directory;
      const refused = choosePostgresLaunch({ ...options, systemPath: [] });
      await expect(refused).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('set OCOPEA_HOME') as string });
    });
  });
});
