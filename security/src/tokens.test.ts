import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  Authenticator,
  issueGrant,
  issueHubToken,
  Secret,
  signTransferReceipt,
  SigningKey,
  verifyGrant,
  verifyHubToken,
  type Principal,
} from './index.js';

const hubKey = SigningKey.generate();
const siteKey = SigningKey.generate();
const caller: Principal = { kind: 'administrator', name: 'admin' };
const trust = { siteId: 'oslo', hubKeys: (hubId: string) => (hubId === 'hub-1' ? hubKey.publicJwk : undefined) };
const hubToken = (overrides: Partial<Parameters<typeof issueHubToken>[0]> = {}) =>
  issueHubToken({ key: hubKey, hubId: 'hub-1', siteId: 'oslo', caller, ...overrides });
const terms = {
  grantId: 'g1',
  issuer: 'oslo',
  direction: 'write' as const,
  repositoryId: 'r1',
  partId: 'p1',
  maxBytes: 10,
  hash: 'sha256:00',
  format: 'f/1',
};
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** A token with the right claims and something wrong about how it was signed. */
async function forged(how: 'none' | 'hmac' | 'payload'): Promise<string> {
  const [header, payload, signature] = (await hubToken()).split('.') as [string, string, string];
  const text = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  switch (how) {
    case 'none':
      return `${text({ alg: 'none' })}.${payload}.`;
    case 'hmac':
      // The classic confusion: the public key as the secret of a symmetric signature.
      return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(hubKey.publicJwk.x, 'base64url'));
    case 'payload':
      return `${header}.${text({ ...claims, caller: { kind: 'administrator', name: 'mallory' } })}.${signature}`;
  }
}

describe('a token of a Hub', () => {
  it('says at its Site for whom the Hub asks', async () => {
    expect(await verifyHubToken(await hubToken(), trust)).toEqual({
      ...caller,
      via: 'hub-1',
      expiresAt: expect.any(Date) as Date,
    });
  });

  it('is good for 60 seconds and 30 of clock skew', async () => {
    const token = await hubToken({ now: new Date(1_000_000_000_000) });
    const after = (seconds: number) => verifyHubToken(token, { ...trust, now: new Date(1_000_000_000_000 + seconds * 1000) });
    await expect(after(89)).resolves.toMatchObject({ name: 'admin' });
    await expect(after(91)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['for another Site', () => hubToken({ siteId: 'bergen' }), 'UNAUTHENTICATED'],
    ['of a Hub that is not known', () => hubToken({ hubId: 'hub-2' }), 'UNAUTHENTICATED'],
    ['signed by another key', () => hubToken({ key: siteKey }), 'UNAUTHENTICATED'],
    ['without a signature', () => forged('none'), 'UNAUTHENTICATED'],
    ['signed with the public key', () => forged('hmac'), 'UNAUTHENTICATED'],
    ['with other claims', () => forged('payload'), 'UNAUTHENTICATED'],
    ['expired and for another Site', () => hubToken({ siteId: 'bergen', now: minutesAgo(10) }), 'UNAUTHENTICATED'],
    ['expired and signed by another key', () => hubToken({ key: siteKey, now: minutesAgo(10) }), 'UNAUTHENTICATED'],
    ['expired', () => hubToken({ now: minutesAgo(10) }), 'TOKEN_EXPIRED'],
    ['that is a Grant', () => issueGrant(hubKey, { ...terms, issuer: 'hub-1' }, 60), 'TOKEN_WRONG_PURPOSE'],
    ['that is a receipt', () => signTransferReceipt(hubKey, 'hub-1', { statement: '', grantId: '', storedBytes: 0, receivedAt: '' }), 'TOKEN_WRONG_PURPOSE'],
    ['that is nothing', async () => 'a.b.c', 'UNAUTHENTICATED'],
    ['that is empty', async () => '', 'UNAUTHENTICATED'],
  ])('%s is refused', async (_, make, code) => {
    await expect(verifyHubToken(await make(), trust)).rejects.toMatchObject({ code });
  });
});

describe('a Grant', () => {
  it('gives back its terms and when they end', async () => {
    const grant = await issueGrant(siteKey, terms, 60, new Date(1_000_000_000_000));
    expect(await verifyGrant(grant, { issuerKey: siteKey.publicJwk, now: new Date(1_000_000_000_000) })).toEqual({
      ...terms,
      expiresAt: new Date(1_000_000_060_000),
    });
  });

  it.each<[string, () => Promise<string>, string]>([
    ['of another Site', () => issueGrant(hubKey, terms, 60), 'UNAUTHENTICATED'],
    ['that has expired', () => issueGrant(siteKey, terms, 60, minutesAgo(10)), 'TOKEN_EXPIRED'],
    ['that is a token of a Hub', () => hubToken(), 'TOKEN_WRONG_PURPOSE'],
    [
      'that lacks a term',
      () => issueGrant(siteKey, { ...terms, maxBytes: undefined as unknown as number }, 60),
      'UNAUTHENTICATED',
    ],
  ])('%s is refused', async (_, make, code) => {
    await expect(verifyGrant(await make(), { issuerKey: siteKey.publicJwk })).rejects.toMatchObject({ code });
  });
});

describe('the authenticator', () => {
  const adminToken = new Secret('ocopea_admin');
  const site = new Authenticator({ adminToken, hubTokens: trust });
  const hub = new Authenticator({ adminToken });

  it.each(['Bearer ocopea_admin', 'bearer ocopea_admin', 'Bearer  ocopea_admin'])(
    'knows the administrator by %j',
    async (header) => {
      expect(await site.authenticate(header)).toEqual({ kind: 'administrator', name: 'admin' });
      expect(await hub.authenticate(header)).toEqual({ kind: 'administrator', name: 'admin' });
    },
  );

  it('knows at a Site whom a Hub asks for', async () => {
    expect(await site.authenticate(`Bearer ${await hubToken()}`)).toMatchObject({ name: 'admin', via: 'hub-1' });
  });

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'ocopea_admin',
    'Basic ocopea_admin',
    'Bearer ocopea_admin x',
    'Bearer ocopea_admi',
    `Bearer ${'x'.repeat(100_000)}`,
  ])('knows nobody by %.30j, and says no more', async (header) => {
    for (const authenticator of [site, hub]) {
      await expect(authenticator.authenticate(header)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: expect.not.stringContaining('ocopea_') as string,
      });
    }
  });

  it('tells tokens for other purposes apart', async () => {
    const grant = `Bearer ${await issueGrant(siteKey, terms, 60)}`;
    await expect(site.authenticate(grant)).rejects.toMatchObject({ code: 'TOKEN_WRONG_PURPOSE' });
    await expect(hub.authenticate(grant)).rejects.toMatchObject({ code: 'TOKEN_WRONG_PURPOSE' });
    await expect(hub.authenticate(`Bearer ${await hubToken()}`)).rejects.toMatchObject({ code: 'TOKEN_WRONG_PURPOSE' });
    await expect(site.authenticate(`Bearer ${await hubToken({ now: minutesAgo(10) })}`)).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });
});
