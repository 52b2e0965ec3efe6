import type { RegisteredSite as RegisteredSiteRow } from '../../store/generated/client.js';

export interface SiteLocation {
  readonly label: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** A Site that joined this Hub, as the Hub remembers it. */
export interface RegisteredSite {
  readonly id: string;
  /** Base address, without `/graphql` and without a slash at the end. */
  readonly url: string;
  readonly name: string;
  readonly location: SiteLocation;
  /** The version it said it runs when it was last asked. */
  readonly version: string;
  /** Public JWK in JSON. */
  readonly publicKey: string;
  /** The last SDL the Site gave. */
  readonly sdl: string | undefined;
  readonly registeredAt: Date;
}

export function registeredSiteOf(row: RegisteredSiteRow): RegisteredSite {
  return {
    id: row.id,
    url: row.url,
    name: row.name,
    location: { label: row.locationLabel, latitude: row.latitude, longitude: row.longitude },
    version: row.version,
    publicKey: row.publicKey,
    sdl: row.sdl ?? undefined,
    registeredAt: row.registeredAt,
  };
}
