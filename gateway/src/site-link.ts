import { traceHeaders } from '@ocopea/edge';
import { hubRefusedBecause } from '@ocopea/graph';
import { HttpPartitionMember, type PartitionMember } from '@ocopea/partition';
import type { Principal } from '@ocopea/security';
import { forwardedHeaders } from './forwarded-headers.js';
import type { GatewayContext } from './gateway-context.js';
import type { RegisteredSite } from './site-registry.js';
import { watchedMember } from './watched-member.js';

/**
 * Makes the token by which the Hub proves to a Site who it is and on whose behalf it asks.
 *
 * @param principal - the caller; `undefined` when the Hub asks for itself
 */
export type HubTokenIssuer = (siteId: string, principal: Principal | undefined, ttlSeconds: number) => string | Promise<string>;

export interface SiteLinkOptions {
  readonly site: RegisteredSite;
  readonly hubToken: HubTokenIssuer;
  /** Headers of the client, in lower case, that go to the Site; with a subscription as `extensions.headers`. @default none */
  readonly forwardHeaders?: readonly string[] | undefined;
}

const tokenSeconds = 60;

/** A socket lives for hours: the Site is given a new token before the last one expires, for as long as somebody of the caller subscribes. */
const renewTokenMs = 25_000;

/** The connections to one Site at one address, and the schema it last gave. */
export class SiteLink {
  readonly #transport: HttpPartitionMember;
  #member: PartitionMember | undefined;

  constructor(private readonly options: SiteLinkOptions) {
    const { site, hubToken, forwardHeaders } = options;
    const bearer = async (principal: Principal | undefined): Promise<{ authorization: string }> => ({
      authorization: `Bearer ${await hubToken(site.id, principal, tokenSeconds)}`,
    });
    this.#transport = new HttpPartitionMember({
      id: site.id,
      sdl: '',
      url: new URL('graphql', withSlash(site.url)).href,
      // Nothing else of the client's headers goes to a Site, but the trace that the call belongs to.
      headers: async (context) => {
        const { principal, trace, headers } = (context ?? {}) as Partial<GatewayContext>;
        return { ...forwardedHeaders(forwardHeaders, headers), ...(await bearer(principal)), ...traceHeaders(trace) };
      },
      subscriptionExtensions: (context) => {
        const { trace, headers } = (context ?? {}) as Partial<GatewayContext>;
        const forwarded = forwardedHeaders(forwardHeaders, headers);
        return { ...traceHeaders(trace), ...(forwarded ? { headers: forwarded } : {}) };
      },
      // A Site learns the kind and name of a caller: who has both in common shares a socket, as well as upstreams.
      callerOf: (context) => {
        const { principal } = (context ?? {}) as Partial<GatewayContext>;
        return JSON.stringify([principal?.kind, principal?.name]);
      },
      connectionParams: (context) => bearer(((context ?? {}) as Partial<GatewayContext>).principal),
      renewParamsEveryMs: renewTokenMs,
      credentialRefused: hubRefusedBecause,
    });
    if (site.sdl !== undefined) this.#member = this.#withSdl(site.sdl);
  }

  get url(): string {
    return this.options.site.url;
  }

  /** `undefined` until the Site's schema is known. Another object each time the schema has changed, and after {@link renew}. */
  get member(): PartitionMember | undefined {
    return this.#member;
  }

  /**
   * Asks the Site for its SDL.
   *
   * @returns whether it is another one than before
   * @throws PartitionError when the Site cannot be asked
   */
  async fetchSdl(signal: AbortSignal): Promise<boolean> {
    const { data, errors } = await this.#transport.execute({ query: '{ _service { sdl } }' }, { signal, context: undefined });
    const sdl = (data?.['_service'] as { sdl?: unknown } | null | undefined)?.sdl;
    if (typeof sdl !== 'string' || sdl === '') {
      throw new SdlRefused(`site "${this.options.site.id}" did not give its schema: ${errors?.[0]?.message ?? 'the answer has no SDL'}`);
    }
    if (sdl === this.#member?.sdl) return false;
    this.#member = this.#withSdl(sdl);
    return true;
  }

  /** Makes another member of the same Site: what callers hold against the one before, such as an open circuit, is forgotten. */
  renew(): void {
    if (this.#member) this.#member = this.#withSdl(this.#member.sdl);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** Schemas change while calls are under way: the connections are the same for all of them. */
  #withSdl(sdl: string): PartitionMember {
    const transport = this.#transport;
    const member: PartitionMember = {
      id: transport.id,
      sdl,
      covers: transport.covers,
      execute: (request, options) => transport.execute(request, options),
      subscribe: (request, options) => transport.subscribe(request, options),
    };
    return watchedMember(member);
  }
}

/** The Site answers, but not with its schema. */
export class SdlRefused extends Error {
  override readonly name = 'SdlRefused';
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
