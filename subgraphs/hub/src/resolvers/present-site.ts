import type { HubContext } from '../domain/hub-context.js';
import type { RegisteredSite } from '../domain/sites/registered-site.js';
import type { Site } from './site-type.js';

/** A registered Site as the graph shows it. */
export function presentSite(hub: HubContext, { id, name, location, registeredAt }: RegisteredSite): Site {
  return { id, name, location: { ...location }, registeredAt, connection: hub.connections.get(id) };
}

/** The Site of an id. For one that is not registered (any more) there is still a row, so that what refers to it can be shown. */
export function presentSiteOf(hub: HubContext, id: string): Site {
  const site = hub.registry.get(id);
  if (site !== undefined) return presentSite(hub, site);
  return { id, name: id, location: { label: id, latitude: null, longitude: null }, registeredAt: null, connection: null };
}
