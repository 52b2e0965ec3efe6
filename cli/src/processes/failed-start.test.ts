import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bin/ocopea.js', import.meta.url));

it.each(['site', 'hub'])('a %s that cannot start ends, so that who started it can try again', async (command) => {
  const home = await mkdtemp(join(tmpdir(), 'ocopea-failed-start-'));
  // Nothing listens at port 1.
  const environment = { OCOPEA_HOME: home, OCOPEA_SITE_ID: 'east', OCOPEA_PORT: '0', DATABASE_URL: 'postgresql://postgres@127.0.0.1:1/none' };
  const child = fork(program, [command], { env: { ...process.env, ...environment }, execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  try {
    let said = '';
    child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
    expect((await once(child, 'close'))[0]).toBe(1);
    expect(said).toContain('ECONNREFUSED');
  } finally {
    child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true });
  }
});
