import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryPartitionDirectory, PartitionError, type PartitionDirectory, type PartitionMember } from '@ocopea/partition';
import type { GatewayLog } from './gateway-log.js';
import type { GraphObserver } from './graph-observer.js';
import { SiteLink, type HubTokenIssuer } from './site-link.js';
import type { SiteRegistry, SiteRegistryChange } from './site-registry.js';

export interface SiteMembersOptions {
  readonly registry: SiteRegistry;
  /** Members in this process, such as the Hub's own operations. */
  readonly localMembers: readonly PartitionMember[];
  readonly hubToken: HubTokenIssuer;
  /** See {@link SiteLinkOptions}. */
  readonly forwardHeaders?: readonly string[] | undefined;
  readonly observer?: GraphObserver | undefined;
  readonly log: GatewayLog;
  /** Called when Sites joined, left, or gave another schema; then `admit` is due. */
  readonly onChange: () => void;
  /** For one attempt to get a Site's schema. @default 5000 */
  readonly sdlDeadlineMs?: number;
  /** First and longest wait between attempts while a Site's schema is unknown. @default 250, 15000 */
  readonly backoffMs?: { readonly first: number; readonly longest: number };
  /** How long calls under way may go on with a Site that left or moved. @default 30000 */
  readonly retireAfterMs?: number;
}

/** Why a Site must not be asked, by its id. */
export type Quarantine = ReadonlyMap<string, string>;

/**
 * Keeps the partition's directory in line with the registered Sites. A Site comes into the directory once its schema is
 * known and was found to fit; until then it is reported as missing.
 */
export class SiteMembers {
  readonly #directory: MemoryPartitionDirectory;
  readonly #links = new Map<string, SiteLink>();
  readonly #fetching = new Map<string, AbortController>();
  /**
   * Sites that joined while this process runs and were not asked for their schema yet. They are part of the graph from their first answer, or
   * failure, on: requests that run meanwhile miss nothing that was there before.
   */
  readonly #joining = new Set<string>();
  /** Why a Site that answers does not give its schema. */
  readonly #refusals = new Map<string, string>();
  readonly #retired = new Map<SiteLink, NodeJS.Timeout>();
  #stopListening: () => void = () => {};
  #isClosed = false;

  constructor(private readonly options: SiteMembersOptions) {
    this.#directory = new MemoryPartitionDirectory(options.localMembers);
    for (const site of options.registry.sites()) this.#link(site.id);
  }

  get directory(): PartitionDirectory {
    return this.#directory;
  }

  /** Every member whose schema is known, also those that do not fit. */
  candidates(): readonly PartitionMember[] {
    return [...this.options.localMembers, ...[...this.#links.values()].flatMap(({ member }) => member ?? [])];
  }

  /** Begins to follow the registry and to fetch schemas. */
  start(): void {
    this.#stopListening = this.options.registry.onChange((change) => this.#registryChanged(change));
    for (const siteId of this.#links.keys()) void this.#fetchSdl(siteId);
  }

  /** Takes the Sites into the directory that fit, keeps the others out, and tells the registry about both. */
  admit(quarantine: Quarantine): void {
    const current = new Map(this.#directory.members().map((member) => [member.id, member]));
    for (const [siteId, { member }] of this.#links) {
      const problem = quarantine.get(siteId);
      if (problem !== undefined) {
        this.#directory.putUnavailable({ id: siteId, code: 'SITE_INCOMPATIBLE', message: `site "${siteId}" is kept out: ${problem}` });
        this.options.registry.observe(siteId, { kind: 'incompatible', reason: problem });
      } else if (member === undefined) {
        if (!this.#joining.has(siteId)) this.#directory.putUnavailable({ id: siteId, code: 'SITE_UNAVAILABLE', message: this.#refusals.get(siteId) || `site "${siteId}" could not be asked for its schema yet` });
      } else if (current.get(siteId) !== member) {
        this.#directory.put(member);
        this.options.registry.observe(siteId, { kind: 'compatible' });
      }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    for (const fetching of this.#fetching.values()) fetching.abort();
    for (const timer of this.#retired.values()) clearTimeout(timer);
    await Promise.all([...this.#links.values(), ...this.#retired.keys()].map((link) => link.close()));
  }

  #registryChanged({ kind, siteId }: SiteRegistryChange): void {
    switch (kind) {
      case 'registered':
      case 'changed':
        if (!this.#links.has(siteId)) this.#joining.add(siteId);
        this.#link(siteId);
        this.options.onChange();
        void this.#fetchSdl(siteId);
        break;
      case 'connected':
        this.#links.get(siteId)?.renew();
        this.options.onChange();
        void this.#fetchSdl(siteId);
        break;
      case 'removed':
        this.#joining.delete(siteId);
        this.#unlink(siteId);
        this.#directory.remove(siteId);
        this.options.onChange();
        break;
      case 'disconnected':
        break;
    }
  }

  #link(siteId: string): void {
    const site = this.options.registry.sites().find(({ id }) => id === siteId);
    const before = this.#links.get(siteId);
    if (!site || before?.url === site.url) return;
    // A Site that moved keeps its schema until it is asked at its new address.
    const sdl = site.sdl ?? before?.member?.sdl;
    this.#unlink(siteId);
    this.#links.set(siteId, new SiteLink({ site: { ...site, sdl }, hubToken: this.options.hubToken, forwardHeaders: this.options.forwardHeaders }));
  }

  #unlink(siteId: string): void {
    const link = this.#links.get(siteId);
    if (!link) return;
    this.#links.delete(siteId);
    this.#refusals.delete(siteId);
    this.#fetching.get(siteId)?.abort();
    const timer = setTimeout(() => {
      this.#retired.delete(link);
      void link.close();
      // Not before: calls that are under way are still reported.
      if (!this.#links.has(siteId)) this.options.observer?.memberForgotten?.(siteId);
    }, this.options.retireAfterMs ?? 30_000);
    this.#retired.set(link, timer.unref());
  }

  /** Until it succeeds, the Site leaves, or a newer attempt takes over. */
  async #fetchSdl(siteId: string): Promise<void> {
    const link = this.#links.get(siteId);
    if (!link || this.#isClosed) return;
    this.#fetching.get(siteId)?.abort();
    const superseded = new AbortController();
    this.#fetching.set(siteId, superseded);
    const { first = 250, longest = 15_000 } = this.options.backoffMs ?? {};
    for (let attempt = 0; !superseded.signal.aborted; attempt++) {
      try {
        const deadline = AbortSignal.timeout(this.options.sdlDeadlineMs ?? 5_000);
        const isNew = await link.fetchSdl(AbortSignal.any([superseded.signal, deadline]));
        if (superseded.signal.aborted) return;
        this.#joining.delete(siteId);
        this.#refusals.delete(siteId);
        if (isNew) this.#schemaChanged(siteId, link.member!.sdl);
        break;
      } catch (error) {
        if (superseded.signal.aborted) return;
        const refusal = error instanceof PartitionError && error.hasAnswered ? error.message : '';
        if (this.#joining.delete(siteId) || refusal !== (this.#refusals.get(siteId) ?? '')) {
          this.#refusals.set(siteId, refusal);
          this.options.onChange();
        }
        const waitMs = Math.min(longest, first * 2 ** attempt) * (0.5 + Math.random() / 2);
        const level = attempt === 0 ? 'warn' : 'debug';
        this.options.log[level]({ err: error, site: siteId, waitMs: Math.round(waitMs) }, 'the schema of a site could not be fetched');
        await sleep(waitMs, undefined, { signal: superseded.signal, ref: false }).catch(() => {});
      }
    }
    if (this.#fetching.get(siteId) === superseded) this.#fetching.delete(siteId);
  }

  #schemaChanged(siteId: string, sdl: string): void {
    this.options.onChange();
    this.options.registry.rememberSdl(siteId, sdl).catch((error: unknown) => {
      this.options.log.error({ err: error, site: siteId }, 'the schema of a site could not be kept for the next start');
    });
  }
}
