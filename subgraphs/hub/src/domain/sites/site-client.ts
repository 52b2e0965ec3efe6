import { setTimeout as sleep } from 'node:timers/promises';
import { hubRefusedBecause, isErrorCode, isOcopeaError, OcopeaError, siteIncompatible, siteRefusesHub, siteTimeout, siteUnavailable, siteUnknown } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import type { HubLimits } from '../../config/hub-limits.js';
import { postJson, type JsonAnswer } from './post-json.js';
import type { SiteRegistry } from './site-registry.js';

export interface SiteClientOptions {
  readonly registry: Pick<SiteRegistry, 'get'>;
  readonly hubToken: (siteId: string, caller: Principal) => Promise<string>;
  readonly limits: Pick<HubLimits, 'siteCallMs' | 'siteAwayMs'>;
}

export interface SiteCall<Variables extends object> {
  readonly siteId: string;
  /** For whom the Hub asks. */
  readonly caller: Principal;
  readonly document: string;
  readonly variables: Variables;
  readonly signal?: AbortSignal;
  /** @default `siteCallMs` of the limits */
  readonly deadlineMs?: number;
}

/** Asks Sites for what the Hub's own work needs. Clients' questions take the way over the gateway instead. */
export class SiteClient {
  constructor(private readonly options: SiteClientOptions) {}

  /**
   * One call, not repeated.
   *
   * @throws SITE_UNKNOWN, SITE_UNAVAILABLE, SITE_TIMEOUT, SITE_INCOMPATIBLE; else what the Site answered
   */
  async ask<Data>({ siteId, caller, document, variables, signal, deadlineMs }: SiteCall<object>): Promise<Data> {
    const site = this.options.registry.get(siteId);
    if (site === undefined) throw siteUnknown(siteId);
    const deadline = AbortSignal.timeout(deadlineMs ?? this.options.limits.siteCallMs);
    const authorization = `Bearer ${await this.options.hubToken(siteId, caller)}`;
    let answer: JsonAnswer;
    try {
      answer = await postJson({
        url: `${site.url}/graphql`,
        headers: { authorization },
        body: { query: document, variables },
        signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw deadline.aborted ? siteTimeout(siteId, deadlineMs ?? this.options.limits.siteCallMs, { cause }) : siteUnavailable(siteId, { cause });
    }
    return dataOf<Data>(siteId, answer);
  }

  /**
   * Asks again while the Site is away, for as long as the limits allow, and shortly while it refuses the Hub: a clock that was set
   * wrong is set right soon, or by somebody who is told. Only for calls that may be repeated.
   *
   * @throws the last SITE_UNAVAILABLE or SITE_TIMEOUT when the Site stays away; else as {@link ask}
   */
  async insist<Data>(call: SiteCall<object>): Promise<Data> {
    const began = performance.now();
    const { siteAwayMs } = this.options.limits;
    for (let tries = 0; ; tries++) {
      try {
        return await this.ask<Data>(call);
      } catch (error) {
        if (performance.now() - began > bearsMs(error, siteAwayMs)) throw error;
        await sleep(Math.min(3_000, 100 * 2 ** tries) * (0.5 + Math.random() / 2), undefined, call.signal === undefined ? {} : { signal: call.signal });
      }
    }
  }
}

/** How long work at a Site is borne with that does not take the Hub's credential. */
const REFUSED_MS = 15_000;
const refusals = new WeakSet<Error>();

/** How long work at a Site goes on although this happened; not at all when the Site has understood the question. */
export function bearsMs(error: unknown, siteAwayMs: number): number {
  if (refusals.has(error as Error)) return Math.min(siteAwayMs, REFUSED_MS);
  return isAway(error) ? siteAwayMs : -1;
}

/** True when a Site could not be asked, or could not answer now. */
export function isAway(error: unknown): boolean {
  return isOcopeaError(error) && error.retry === 'retryable';
}

interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message?: unknown; readonly extensions?: { readonly code?: unknown } }[];
}

function dataOf<Data>(siteId: string, { status, body, clockAheadMs }: JsonAnswer): Data {
  // The credential is the Hub's own: what is wrong with it is not the caller's to mend.
  if (status === 401) {
    const refusal = siteRefusesHub(siteId, hubRefusedBecause(clockAheadMs));
    refusals.add(refusal);
    throw refusal;
  }
  const answer = typeof body === 'object' && body !== null ? (body as GraphQLAnswer) : undefined;
  const error = answer?.errors?.[0];
  if (error !== undefined) throw siteError(siteId, error);
  if (answer?.data === undefined || answer.data === null) {
    // Something in front of the Site answers for it, as a proxy does while the Site is away.
    throw status >= 500 ? siteUnavailable(siteId) : siteIncompatible(siteId, `it answered with status ${status} and no data`);
  }
  return answer.data as Data;
}

/** The Site's own word, as far as it is one of the catalogue's. */
function siteError(siteId: string, { message, extensions }: NonNullable<GraphQLAnswer['errors']>[number]): OcopeaError {
  const { code } = extensions ?? {};
  if (isErrorCode(code) && typeof message === 'string') return new OcopeaError(code, message, { details: { site: siteId } });
  return siteIncompatible(siteId, 'it answered with an error that has no known code');
}
