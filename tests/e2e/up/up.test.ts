import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@ocopea/embedded';
import { AppInstancesDocument, CopiesDocument, SitesDocument } from '@ocopea/sdk';
import { Fabric, Guestbook, ocopea, processesOf } from '@ocopea/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('a fabric on one machine', () => {
  let home: string;
  let fabric: Fabric;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ocopea-up-'));
    fabric = await Fabric.start({ home });
  });

  afterAll(async () => {
    await fabric?.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('serves two connected Sites and the sample application', async () => {
    const hub = await fabric.hub();
    const { sites } = await hub.request(SitesDocument, {});
    expect(sites.map(({ id, connection }) => [id, connection?.state])).toEqual([
      ['eu-central', 'CONNECTED'],
      ['us-west', 'CONNECTED'],
    ]);
    const { appInstances } = await hub.request(AppInstancesDocument, {});
    expect(appInstances!.edges.map(({ node }) => [node.name, node.site.id, node.phase])).toEqual([['guestbook', 'eu-central', 'RUNNING']]);
    await hub.close();
  });

  it('keeps the administrator token to its owner', async () => {
    expect((await stat(join(home, 'admin.token'))).mode & 0o777).toBe(0o600);
    expect(fabric.output).not.toContain(await fabric.token());
  });

  it('refuses a second one on the same folder, and says what to do', async () => {
    const second = await ocopea(['up'], { OCOPEA_HOME: home, OCOPEA_PORT: String(await freePort()) });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`is in use by process ${fabric.pid}`);
    expect(second.stderr).toMatch(/stop it first, or use another folder/);
  });

  it('refuses a taken port before it starts anything, and says what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = (taken.address() as { port: number }).port;
    const elsewhere = await mkdtemp(join(tmpdir(), 'ocopea-taken-'));
    const refused = await ocopea(['up'], { OCOPEA_HOME: elsewhere, OCOPEA_PORT: String(port) });
    taken.close();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`port ${port} is taken by another program`);
    expect(refused.stderr).toContain('OCOPEA_PORT=');
    expect(await processesOf(elsewhere)).toEqual([]);
    await rm(elsewhere, { recursive: true });
  });

  it('answers the verbs of the command as tables and as JSON', async () => {
    const environment = { OCOPEA_HOME: home, OCOPEA_PORT: String(fabric.port) };
    const table = await ocopea(['sites'], environment);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/^SITE +NAME +LOCATION +CONNECTION +HEALTH/);
    expect(table.stdout).toMatch(/^eu-central +Central Europe +Frankfurt +CONNECTED/m);
    const json = await ocopea(['apps', '-o', 'json'], environment);
    expect(JSON.parse(json.stdout)).toMatchObject([{ name: 'guestbook', phase: 'RUNNING', site: { id: 'eu-central' } }]);
    expect(await ocopea(['copies', 'create', 'nobody'], environment)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('there is no application named "nobody"') });
    expect(await ocopea(['copies', 'restore', 'x', '--site', 'us-west'], environment)).toMatchObject({ code: 2, stderr: expect.stringContaining('--name') });
  });

  it('leaves no process after Ctrl-C, and finds everything as it was when started again', async () => {
    const environment = { OCOPEA_HOME: home, OCOPEA_PORT: String(fabric.port) };
    const hub = await fabric.hub();
    const { appInstances } = await hub.request(AppInstancesDocument, {});
    const guestbook = new Guestbook(appInstances!.edges[0]!.node.entryPointUrl!);
    await guestbook.fill(1_000);
    const digest = await guestbook.digest();
    const created = await ocopea(['copies', 'create', 'guestbook', '--wait', '-o', 'json'], environment);
    expect(created).toMatchObject({ code: 0 });
    const copy = JSON.parse(created.stdout) as { id: string; usable: boolean };
    expect(copy.usable).toBe(true);
    await hub.close();

    const asked = performance.now();
    await fabric.stop();
    // Those that do not end by themselves are killed after 45 s.
    expect(performance.now() - asked).toBeLessThan(40_000);
    expect(await processesOf(home)).toEqual([]);

    fabric = await Fabric.start({ home, port: fabric.port });
    const again = await fabric.hub();
    const [apps, { copies }] = await Promise.all([again.request(AppInstancesDocument, {}), again.request(CopiesDocument, {})]);
    expect(copies!.edges.map(({ node }) => [node.id, node.usable])).toEqual([[copy.id, true]]);
    expect(apps.appInstances!.edges.map(({ node }) => [node.id, node.phase])).toEqual([[appInstances!.edges[0]!.node.id, 'RUNNING']]);
    expect(await new Guestbook(apps.appInstances!.edges[0]!.node.entryPointUrl!).digest()).toEqual(digest);
    await again.close();
  });
});
