import { join } from 'node:path';

/** The Sites that `ocopea up` runs, as if they were two datacenters. */
export const fabricSites = [
  { id: 'eu-central', name: 'Central Europe', location: 'Frankfurt', latitude: 50.11, longitude: 8.68 },
  { id: 'us-west', name: 'Western United States', location: 'Oregon', latitude: 45.84, longitude: -119.7 },
] as const;

export type FabricSite = (typeof fabricSites)[number];

/** Where a fabric keeps what in `OCOPEA_HOME`. */
export const fabricPaths = (home: string) => ({
  adminToken: join(home, 'admin.token'),
  logs: join(home, 'logs'),
  hub: join(home, 'hub'),
  site: (id: string) => join(home, 'sites', id),
});

export const databaseOf = (id: string) => `ocopea_${id.replaceAll('-', '_')}`;
