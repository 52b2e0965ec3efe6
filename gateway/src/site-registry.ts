/** A Site that joined this Hub, as the registry knows it. */
export interface RegisteredSite {
  /** A DNS label; the first part of every id that the Site owns. */
  readonly id: string;
  /** Base address, without `/graphql`. */
  readonly url: string;
  /** The last SDL the Site gave, so that the Hub can start while the Site is away. */
  readonly sdl?: string | undefined;
}

export type SiteRegistryChange =
  /** A Site joined, or its address changed. */
  | { readonly kind: 'registered' | 'changed'; readonly siteId: string }
  | { readonly kind: 'removed'; readonly siteId: string }
  /** The Site answers (again), or answers with another version: its SDL is fetched anew. */
  | { readonly kind: 'connected'; readonly siteId: string }
  | { readonly kind: 'disconnected'; readonly siteId: string };

/** What the gateway found out about a Site while it worked with it. */
export type SiteObservation =
  /** A call or a subscription broke off, or works again: reason to probe the Site now. */
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'returned' }
  | { readonly kind: 'compatible' }
  /** The Site's SDL contradicts the others'; it is kept out. `reason` names the type and field. */
  | { readonly kind: 'incompatible'; readonly reason: string };

/**
 * Where the gateway learns which Sites there are. Implemented by the hub subgraph over its database.
 *
 * Listeners are called after the change shows in `sites()` and must not throw; changes made by another replica of the
 * Hub are announced as well.
 */
export interface SiteRegistry {
  /** The array is not changed afterwards. */
  sites(): readonly RegisteredSite[];
  onChange(listener: (change: SiteRegistryChange) => void): () => void;
  /** Keeps the SDL of a Site over restarts. Ids that are not registered (any more) are ignored. */
  rememberSdl(siteId: string, sdl: string): Promise<void>;
  /** Takes note; never throws, and may be called with the same observation again. */
  observe(siteId: string, observation: SiteObservation): void;
}
