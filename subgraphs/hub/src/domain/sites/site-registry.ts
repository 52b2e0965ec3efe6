import type { OperationLog, PostgresListener } from '@ocopea/operations';
import type { Database } from '../../store/open-database.js';
import { registeredSiteOf, type RegisteredSite } from './registered-site.js';

const CHANNEL = 'ocopea_registered_sites';

/** What happened to the set of Sites. Announced after it shows in {@link SiteRegistry.sites}. */
export type SiteRegistryChange =
  /** A Site joined, or its address or key changed. */
  | { readonly kind: 'registered' | 'changed'; readonly siteId: string }
  | { readonly kind: 'removed'; readonly siteId: string }
  /** A Site answers (again), or answers with another version. */
  | { readonly kind: 'connected'; readonly siteId: string }
  | { readonly kind: 'disconnected'; readonly siteId: string };

/** What the gateway found out about a Site while it worked with it. */
export type SiteObservation =
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'returned' }
  | { readonly kind: 'compatible' }
  | { readonly kind: 'incompatible'; readonly reason: string };

/** What is written of a Site when it joins. */
export type JoinedSite = Pick<RegisteredSite, 'id' | 'url' | 'name' | 'location' | 'version' | 'publicKey'>;

export interface SiteRegistryOptions {
  readonly database: Database;
  /** Not opened yet: the registry takes a channel on it. */
  readonly listener: PostgresListener;
  readonly log: OperationLog;
}

/**
 * The Sites that joined this Hub, kept in its database and in memory. Replicas of the Hub tell each other of changes over
 * LISTEN/NOTIFY.
 */
export class SiteRegistry {
  #sites: ReadonlyMap<string, RegisteredSite> = new Map();
  #reloading: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<(change: SiteRegistryChange) => void>();
  readonly #observers = new Set<(siteId: string, observation: SiteObservation) => void>();

  constructor(private readonly options: SiteRegistryOptions) {
    options.listener.on(CHANNEL, () => {
      void this.#reload().catch((error: unknown) => options.log.error({ err: error }, 'the registered Sites could not be read'));
    });
  }

  async open(): Promise<void> {
    await this.#reload();
  }

  sites(): readonly RegisteredSite[] {
    return [...this.#sites.values()];
  }

  get(siteId: string): RegisteredSite | undefined {
    return this.#sites.get(siteId);
  }

  /** Listeners must not throw. Answers the function that ends it. */
  onChange(listener: (change: SiteRegistryChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** For who keeps the connections: hears what {@link observe} is told. */
  onObservation(observer: (siteId: string, observation: SiteObservation) => void): void {
    this.#observers.add(observer);
  }

  /** Keeps a Site that joined, or what has changed of it. */
  async put({ id, location, ...site }: JoinedSite): Promise<void> {
    const row = { ...site, locationLabel: location.label, latitude: location.latitude, longitude: location.longitude };
    await this.options.database.$transaction([
      this.options.database.registeredSite.upsert({ where: { id }, create: { id, ...row }, update: row }),
      this.#notification(id),
    ]);
    await this.#reload();
  }

  /** False when there was none. */
  async remove(siteId: string): Promise<boolean> {
    const [{ count }] = await this.options.database.$transaction([
      this.options.database.registeredSite.deleteMany({ where: { id: siteId } }),
      this.#notification(siteId),
    ]);
    await this.#reload();
    return count > 0;
  }

  /** Keeps the SDL of a Site over restarts; ids that are not registered (any more) are ignored. */
  async rememberSdl(siteId: string, sdl: string): Promise<void> {
    if (this.#sites.get(siteId)?.sdl === sdl) return;
    await this.options.database.registeredSite.updateMany({ where: { id: siteId }, data: { sdl } });
    await this.#reload();
  }

  /** Takes note of what the gateway found; never throws. */
  observe(siteId: string, observation: SiteObservation): void {
    for (const observer of this.#observers) observer(siteId, observation);
  }

  announce(change: SiteRegistryChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  #notification(siteId: string) {
    return this.options.database.$executeRaw`SELECT pg_notify(${CHANNEL}, ${siteId})`;
  }

  /** One after the other, so that an older state never overwrites a newer one. */
  #reload(): Promise<void> {
    const reloading = this.#reloading.then(() => this.#load());
    this.#reloading = reloading.catch(() => undefined);
    return reloading;
  }

  async #load(): Promise<void> {
    const rows = await this.options.database.registeredSite.findMany({ orderBy: { id: 'asc' } });
    const before = this.#sites;
    this.#sites = new Map(rows.map((row) => [row.id, registeredSiteOf(row)]));
    for (const site of this.#sites.values()) {
      const known = before.get(site.id);
      if (known === undefined) this.announce({ kind: 'registered', siteId: site.id });
      else if (known.url !== site.url || known.publicKey !== site.publicKey) this.announce({ kind: 'changed', siteId: site.id });
    }
    for (const siteId of before.keys()) {
      if (!this.#sites.has(siteId)) this.announce({ kind: 'removed', siteId });
    }
  }
}
