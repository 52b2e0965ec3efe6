import { EventEmitter, on, once } from 'node:events';
import { silentLogger, startEdge, type Edge } from '@ocopea/edge';
import { forbidden, unauthenticated } from '@ocopea/graph';
import { HttpPartitionMember, type MemberResult } from '@ocopea/partition';
import { verifyHubToken, issueHubToken, SigningKey, type Principal } from '@ocopea/security';
import { buildSchema, subscribe } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { SiteLink } from './site-link.js';

const key = SigningKey.generate();
const callers = { alice: { kind: 'administrator', name: 'alice' }, mallory: { kind: 'administrator', name: 'mallory' } } as const;
const schema = buildSchema('type Query { who: String } type Subscription { news: String }');
const running: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of running.splice(0).toReversed()) await each.close();
});

/** The doors of a Site, whose clock and permissions are the test's. */
class Site {
  readonly news = new EventEmitter();
  /** Who opened a stream, each time. */
  readonly subscribed: Principal[] = [];
  readonly credentials: (string | undefined)[] = [];
  /** By which it judges tokens; what it writes into its answers stays right. */
  clockAheadMs = 0;
  edge!: Edge;

  async start(authenticate = (authorization = ''): Promise<Principal> => this.verify(authorization)): Promise<this> {
    this.edge = await startEdge<{ principal: Principal; signal: AbortSignal }>({
      port: 0,
      log: silentLogger,
      graphql: { schema },
      authenticate: (authorization) => {
        this.credentials.push(authorization);
        return authenticate(authorization);
      },
      context: ({ principal, signal }) => ({ principal, signal }),
      ready: () => ({ ready: true, missing: [] }),
      subscribe: ({ document, context, signal }) => {
        if (context.principal.name === 'mallory') throw forbidden('mallory', 'read the news');
        this.subscribed.push(context.principal);
        return subscribe({ schema, document, rootValue: { news: () => this.#stream(signal) } });
      },
    });
    running.push(this.edge);
    return this;
  }

  verify(authorization: string): Promise<Principal> {
    return verifyHubToken(authorization.replace('Bearer ', ''), { siteId: 'oslo', hubKeys: () => key.publicJwk, now: new Date(Date.now() + this.clockAheadMs) });
  }

  link(): SiteLink {
    const site = { id: 'oslo', url: this.edge.url, sdl: 'type Query { who: String }' };
    const link = new SiteLink({ site, hubToken: (siteId, caller = { kind: 'hub', name: 'hub' }, ttlSeconds) => issueHubToken({ key, hubId: 'hub', siteId, caller, ttlSeconds }) });
    running.push(link);
    return link;
  }

  async *#stream(signal: AbortSignal): AsyncGenerator<{ news: string }> {
    try {
      const told = on(this.news, 'news', { signal });
      this.news.emit('subscribed');
      for await (const [news] of told) yield { news: news as string };
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

const request = { query: 'subscription { news }' };

function listen(link: SiteLink, principal: Principal): AsyncIterator<MemberResult> {
  const left = new AbortController();
  running.push({ close: () => left.abort() });
  return link.member!.subscribe(request, { signal: left.signal, context: { principal } })[Symbol.asyncIterator]();
}

describe('a subscription at a Site', () => {
  it('is asked for in the name of its caller, by a token for a minute', async () => {
    const site = await new Site().start();
    const first = listen(site.link(), callers.alice).next();
    await once(site.news, 'subscribed');
    expect(site.subscribed).toMatchObject([{ ...callers.alice, via: 'hub' }]);
    expect(site.subscribed[0]!.expiresAt!.getTime() - Date.now()).toBeLessThanOrEqual(60_000);
    site.news.emit('news', 'a');
    expect((await first).value).toEqual({ data: { news: 'a' } });
  });

  it('of somebody whom the Site lets read nothing is refused, while another one reads the same', async () => {
    const site = await new Site().start();
    const link = site.link();
    const alice = listen(link, callers.alice);
    const first = alice.next();
    await once(site.news, 'subscribed');
    const mallory = listen(link, callers.mallory);
    const refusal = mallory.next();
    const { value } = await refusal;
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(value).not.toHaveProperty('data');
    site.news.emit('news', 'a');
    expect((await first).value).toEqual({ data: { news: 'a' } });
    expect((await mallory.next()).done).toBe(true);
  });

  it('fails as that of a Site that is unavailable when the Site does not take the Hub\'s token, as a question does', async () => {
    const site = await new Site().start();
    const link = site.link();
    site.clockAheadMs = 3 * 24 * 3_600_000;
    const message = expect.stringMatching(/^site "oslo" does not take this Hub's credential; if it was set up anew/) as string;
    const refused = { name: 'PartitionError', code: 'SITE_UNAVAILABLE', message, hasAnswered: true };
    await expect(listen(link, callers.alice).next()).rejects.toMatchObject(refused);
    await expect(link.member!.execute({ query: '{ who }' }, { signal: AbortSignal.timeout(5_000), context: { principal: callers.alice } })).rejects.toMatchObject(refused);
  });

  it('outlives its first credential: it is given newer ones, over the same socket', async () => {
    const issued = new Map<string, number>();
    const site = await new Site().start((authorization = '') => {
      const endsAt = (issued.get(authorization) ?? 0) + 1_500;
      return Date.now() < endsAt ? Promise.resolve({ ...callers.alice, expiresAt: new Date(endsAt) }) : Promise.reject(unauthenticated());
    });
    const member = new HttpPartitionMember({
      id: 'oslo',
      sdl: '',
      url: `${site.edge.url}/graphql`,
      connectionParams: () => {
        const authorization = `Bearer ${issued.size}`;
        issued.set(authorization, Date.now());
        return { authorization };
      },
      renewParamsEveryMs: 300,
    });
    running.push(member);
    const left = new AbortController();
    const events = member.subscribe(request, { signal: left.signal, context: undefined });
    const first = events.next();
    await once(site.news, 'subscribed');
    // Long past the time of the first one, the Site has asked about a later one: the socket lives on.
    await expect.poll(() => site.credentials.length, { timeout: 30_000 }).toBeGreaterThan(12);
    expect(site.subscribed).toHaveLength(1);
    site.news.emit('news', 'a');
    expect((await first).value).toEqual({ data: { news: 'a' } });
    left.abort();
  });
});
