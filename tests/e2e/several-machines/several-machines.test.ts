import { execFile } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ocopea, processesOf } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StandaloneProcess } from './standalone-process.js';

const run = promisify(execFile);
const joinSites = fileURLToPath(new URL('../../../deploy/join-sites.sh', import.meta.url));
const bin = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

describe('a Hub and Sites, each on its own', () => {
  let folder: string;
  let hub: StandaloneProcess;
  const sites = new Map<string, StandaloneProcess>();
  let client: Record<string, string>;
  const homeOf = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ocopea-several-'));
    const shared = { OCOPEA_PORT: '0', OCOPEA_ADMIN_TOKEN_FILE: join(folder, 'admin.token') };
    hub = await StandaloneProcess.start('hub', { ...shared, OCOPEA_HOME: homeOf('hub') });
    for (const id of ['east', 'west']) sites.set(id, await StandaloneProcess.start('site', { ...shared, OCOPEA_HOME: homeOf(id), OCOPEA_SITE_ID: id }));
    client = { OCOPEA_SERVER: hub.url, OCOPEA_HOME: folder };
  });

  afterAll(async () => {
    for (const started of [...sites.values(), hub]) await started?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const siteRows = async () => JSON.parse((await ocopea(['sites', '-o', 'json'], client)).stdout) as { id: string; connection: { state: string } }[];
  const states = async () => (await siteRows()).map(({ id, connection }) => `${id} ${connection.state}`);

  it('know nothing of each other at first', async () => {
    expect(await siteRows()).toEqual([]);
  });

  it('join by a Site\'s one-time token, and are connected', async () => {
    const joined = await ocopea(['sites', 'register', sites.get('east')!.url, '--join-token-file', join(homeOf('east'), 'join.token')], client);
    expect(joined).toMatchObject({ code: 0, stderr: '' });
    expect(joined.stdout).toMatch(/^site +east/m);
    await expect.poll(states, { timeout: 30_000, interval: 200 }).toEqual(['east CONNECTED']);
  });

  it.each([
    ['a token that was used', () => join(homeOf('east'), 'join.token'), /join token cannot be read from .*east.join\.token: ENOENT; a Site prints at its start/],
    ['a wrong token', () => join(folder, 'wrong.token'), /the Site does not take this token.*\(JOIN_TOKEN_REFUSED\)/],
    ['an empty file', () => join(folder, 'empty.token'), /empty\.token is empty/],
  ])('refuse %s', async (_title, path, message) => {
    await writeFile(join(folder, 'wrong.token'), 'not-the-token\n');
    await writeFile(join(folder, 'empty.token'), '\n');
    const refused = await ocopea(['sites', 'register', sites.get('west')!.url, '--join-token-file', path()], client);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
    expect(await states()).toEqual(['east CONNECTED']);
  });

  it('join by the script of the deployment, which may run again', async () => {
    const environment = { ...process.env, ...client, PATH: `${bin}:${process.env['PATH']}`, OCOPEA_SITES: [...sites].map(([id, { url }]) => `${homeOf(id)}=${url}`).join(' ') };
    await run('sh', [joinSites], { env: environment });
    await expect.poll(states, { timeout: 30_000, interval: 200 }).toEqual(['east CONNECTED', 'west CONNECTED']);
    await expect(access(join(homeOf('west'), 'join.token'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await run('sh', [joinSites], { env: environment })).stdout).toMatch(/east.*joined already[^]*west.*joined already/);
  });

  it('part when the Hub is told to forget a Site', async () => {
    expect((await ocopea(['sites', 'remove', 'east'], client)).code).toBe(0);
    expect(await states()).toEqual(['west CONNECTED']);
    expect(await ocopea(['sites', 'remove', 'east'], client)).toMatchObject({ code: 1, stderr: expect.stringContaining('SITE_UNKNOWN') });
  });

  it('leave nothing running when they are asked to stop', async () => {
    for (const started of [...sites.values(), hub]) await started[Symbol.asyncDispose]();
    expect(await processesOf(folder)).toEqual([]);
  });
});
