import { query, startScratchServer, type ScratchServer } from '@ocopea/operations/testing';
import { siteSchema } from '@ocopea/site';
import { printSchema } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StandInSite, TestHub } from '../../testing/index.js';
import type { SiteRegistryChange } from './site-registry.js';

const schemaText = printSchema(siteSchema().schema);
const register = 'mutation ($input: RegisterSiteInput!) { registerSite(input: $input) { site { id name registeredAt } } }';

let server: ScratchServer;
let databaseUrl: string;
let hub: TestHub;
let site: StandInSite;

beforeAll(async () => {
  server = await startScratchServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  databaseUrl = await server.database();
  hub = await TestHub.open(databaseUrl);
  site = await new StandInSite({ id: 'eu', schemaText }).start();
});
afterEach(async () => {
  await hub.close();
  await site.stop();
});

const join = (of: StandInSite = site, joinToken: string = of.joinToken): { input: object } => ({ input: { url: of.url, joinToken } });

/** Resolves when a Site of the Hub is in a state. */
async function connected(state: string): Promise<{ reason: string | null }> {
  for await (const { data } of await hub.listen('subscription { siteConnectionChanged { to reason } }')) {
    const { to, reason } = (data as { siteConnectionChanged: { to: string; reason: string | null } }).siteConnectionChanged;
    if (to === state) return { reason };
  }
  throw new Error('the subscription ended');
}

describe('registerSite', () => {
  it('exchanges keys with the Site and shows it with its connection', async () => {
    const { registerSite } = await hub.ask<{ registerSite: { site: object } }>(register, join());
    expect(registerSite.site).toMatchObject({ id: 'eu', name: 'EU', registeredAt: expect.any(String) });
    await connected('CONNECTED');
    expect(await hub.ask('{ sites { id location { label } connection { state reason lastSeenAt } } site(id: "eu") { id } }')).toMatchObject({
      sites: [{ id: 'eu', location: { label: 'Somewhere' }, connection: { state: 'CONNECTED', reason: null, lastSeenAt: expect.any(String) } }],
      site: { id: 'eu' },
    });
    expect(hub.subgraph.registry.get('eu')?.publicKey).toContain(site.key.publicJwk.x);
  });

  it('takes the present address of a Site that joins again', async () => {
    await hub.ask(register, join());
    site.renewJoinToken();
    await site.stop();
    await site.start();
    await hub.ask(register, join());
    expect(hub.subgraph.registry.sites()).toMatchObject([{ id: 'eu', url: site.url }]);
  });

  it('refuses what is no Site, a used token, another Site of the same id and another id than expected, and changes nothing', async () => {
    await hub.ask(register, join());
    const before = await query(databaseUrl, 'SELECT id, url, public_key FROM registered_sites');
    const impostor = await new StandInSite({ id: 'eu', schemaText }).start();
    const other = await new StandInSite({ id: 'us', schemaText }).start();
    const refused = [
      await hub.refusal(register, join()),
      await hub.refusal(register, join(other, 'guess')),
      await hub.refusal(register, join(impostor)),
      await hub.refusal(register, { input: { url: other.url, joinToken: other.joinToken, id: 'eu' } }),
      await hub.refusal(register, { input: { url: 'http://127.0.0.1:9', joinToken: 'x' } }),
      await hub.refusal(register, { input: { url: 'http://169.254.169.254', joinToken: 'x' } }),
    ];
    expect(refused.map(({ code }) => code)).toEqual(['JOIN_TOKEN_REFUSED', 'JOIN_TOKEN_REFUSED', 'SITE_ALREADY_REGISTERED', 'BAD_INPUT', 'SITE_UNAVAILABLE', 'BAD_INPUT']);
    expect(JSON.stringify(refused)).not.toMatch(/let-me-in|guess|127\.0\.0\.1/);
    expect(await query(databaseUrl, 'SELECT id, url, public_key FROM registered_sites')).toEqual(before);
    await Promise.all([impostor.stop(), other.stop()]);
  });
});

describe('removeSite', () => {
  it('forgets a Site, and shows a row for what still refers to it', async () => {
    await hub.ask(register, join());
    await hub.ask('mutation { removeSite(input: { siteId: "eu" }) { siteId } }');
    expect(await hub.ask('{ sites { id } site(id: "eu") { id } }')).toEqual({ sites: [], site: null });
    expect(await hub.ask('{ _entities(representations: [{ __typename: "Site", id: "eu" }]) { ... on Site { id name registeredAt connection { state } } } }')).toEqual({
      _entities: [{ id: 'eu', name: 'eu', registeredAt: null, connection: null }],
    });
    expect(await hub.refusal('mutation { removeSite(input: { siteId: "eu" }) { siteId } }')).toMatchObject({ code: 'SITE_UNKNOWN' });
    expect(await hub.refusal('{ sites(sites: ["eu"]) { id } }')).toMatchObject({ code: 'SITE_UNKNOWN' });
  });
});

describe('the connection of a Site', () => {
  it('is lost and found again, and subscribers hear of both once', async () => {
    await hub.ask(register, join());
    await connected('CONNECTED');
    const events = await hub.listen('subscription { siteConnectionChanged { from to snapshot site { id } } }');
    const next = async (): Promise<unknown> => ((await events.next()).value as { data: { siteConnectionChanged: unknown } }).data.siteConnectionChanged;
    expect(await next()).toEqual({ from: 'CONNECTED', to: 'CONNECTED', snapshot: true, site: { id: 'eu' } });
    await site.stop();
    expect(await next()).toEqual({ from: 'CONNECTED', to: 'DISCONNECTED', snapshot: false, site: { id: 'eu' } });
    await site.start();
    expect(await next()).toEqual({ from: 'DISCONNECTED', to: 'CONNECTED', snapshot: false, site: { id: 'eu' } });
    await events.return(undefined);
  });

  it('is incompatible while the gateway says so', async () => {
    await hub.ask(register, join());
    await connected('CONNECTED');
    hub.subgraph.registry.observe('eu', { kind: 'incompatible', reason: 'Copy.bytes is a String' });
    expect(await connected('INCOMPATIBLE')).toEqual({ reason: 'Copy.bytes is a String' });
    expect(await hub.ask('{ site(id: "eu") { connection { state compatibility } } }')).toEqual({ site: { connection: { state: 'INCOMPATIBLE', compatibility: 'Copy.bytes is a String' } } });
    hub.subgraph.registry.observe('eu', { kind: 'compatible' });
    await connected('CONNECTED');
  });

  it('tells the gateway when a Site is back or runs another version', async () => {
    const changes: SiteRegistryChange[] = [];
    hub.subgraph.registry.onChange((change) => changes.push(change));
    const heard = (kind: SiteRegistryChange['kind'], times: number): Promise<void> =>
      expect.poll(() => changes.filter((change) => change.kind === kind).length, { timeout: 30_000 }).toBe(times);
    await hub.ask(register, join());
    await heard('registered', 1);
    await heard('connected', 1);
    site.version = '1.1.0';
    await heard('connected', 2);
    await site.stop();
    await heard('disconnected', 1);
    await site.start();
    await heard('connected', 3);
  });

  it('is DISCONNECTED when another Site answers at its address', async () => {
    await hub.ask(register, join());
    await connected('CONNECTED');
    Object.assign(site, { id: 'us' });
    const { reason } = await connected('DISCONNECTED');
    expect(reason).not.toBeNull();
  });
});

it('hears of Sites that another replica of the Hub registers', async () => {
  const changes: SiteRegistryChange[] = [];
  hub.subgraph.registry.onChange((change) => changes.push(change));
  await query(databaseUrl, `INSERT INTO registered_sites (id, url, name, location_label, version, public_key) VALUES ('us', 'http://127.0.0.1:9', 'US', 'There', '1', '{"x":"y"}')`);
  await query(databaseUrl, `SELECT 1 FROM pg_notify('ocopea_registered_sites', 'us')`);
  await expect.poll(() => changes, { timeout: 30_000 }).toContainEqual({ kind: 'registered', siteId: 'us' });
  expect(hub.subgraph.registry.get('us')?.url).toBe('http://127.0.0.1:9');
});
