import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { issueHubToken, JoinToken, SigningKey } from '@ocopea/security';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SiteClient } from '../testing/site-client.js';
import { TestSite } from '../testing/test-site.js';

let site: TestSite;
const hubKey = SigningKey.generate();

beforeAll(async () => {
  site = await TestSite.start();
});
afterAll(() => site?.remove());

const waitingToken = async () => (await readFile(path.join(site.home, 'join.token'), 'utf8')).trim();
const join = (body: object) => fetch(`${site.url}/join`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const asHub = async (key: SigningKey, siteId = site.siteId) =>
  new SiteClient(site.url, await issueHubToken({ key, hubId: 'hub', siteId, caller: { kind: 'administrator', name: 'ada' } }));

describe('joining', () => {
  it('takes a one-time token, exchanges keys, and accepts the tokens of that Hub from then on', async () => {
    expect(await (await asHub(hubKey)).refusal('{ sites { id } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
    const joinToken = await waitingToken();
    const response = await join({ joinToken, hubId: 'hub', hubPublicKey: hubKey.publicJwk });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ siteId: site.siteId, name: 'A Site of a test', location: { label: 'Nowhere' }, version: '0.0.0-test', publicKey: { kty: 'OKP', crv: 'Ed25519' } });
    expect(await (await asHub(hubKey)).get('{ sites { id } }')).toEqual({ sites: [{ id: site.siteId }] });

    const again = await join({ joinToken, hubId: 'hub', hubPublicKey: hubKey.publicJwk });
    expect(again.status).toBe(401);
    expect(await again.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('refuses a token of another Hub, or for another Site', async () => {
    expect(await (await asHub(SigningKey.generate())).refusal('{ sites { id } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await (await asHub(hubKey, 'other-site')).refusal('{ sites { id } }')).toMatchObject({ code: expect.stringMatching(/UNAUTHENTICATED|TOKEN_WRONG_PURPOSE/) as string });
  });

  it('lets a Hub join again with a new token and a new key', async () => {
    const newKey = SigningKey.generate();
    const joinToken = (await new JoinToken(site.home).ensure()).reveal();
    expect((await join({ joinToken, hubId: 'hub', hubPublicKey: newKey.publicJwk })).status).toBe(200);
    expect(await (await asHub(newKey)).get('{ sites { id } }')).toEqual({ sites: [{ id: site.siteId }] });
    expect(await (await asHub(hubKey)).refusal('{ sites { id } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    ['nothing', {}],
    ['a key that is none', { joinToken: 'x', hubId: 'hub', hubPublicKey: { kty: 'RSA' } }],
    ['an id that is no label', { joinToken: 'x', hubId: 'No Label', hubPublicKey: hubKey.publicJwk }],
  ])('refuses %s without using the token up', async (_, body) => {
    const joinToken = (await new JoinToken(site.home).ensure()).reveal();
    const response = await join(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_INPUT' } }] });
    expect(await waitingToken()).toBe(joinToken);
  });

  it('tells in the audit for whom the Hub asked', async () => {
    const newKey = SigningKey.generate();
    const joinToken = (await new JoinToken(site.home).ensure()).reveal();
    await join({ joinToken, hubId: 'hub', hubPublicKey: newKey.publicJwk });
    await (await asHub(newKey)).refusal('mutation { stopApp(input: { appInstanceId: "x" }) { operation { id } } }');
    const rows = await site.rows('SELECT principal_kind, principal_name, via, field, error_code FROM audit_records ORDER BY id DESC LIMIT 1');
    expect(rows[0]).toEqual({ principal_kind: 'administrator', principal_name: 'ada', via: 'hub', field: 'stopApp', error_code: 'INVALID_ID' });
  });
});
