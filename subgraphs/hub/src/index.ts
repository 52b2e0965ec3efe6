export * from './config/hub-limits.js';
export { type RegisteredSite } from './domain/sites/registered-site.js';
export { type SiteObservation, SiteRegistry, type SiteRegistryChange } from './domain/sites/site-registry.js';
export { hubSchema } from './resolvers/hub-schema.js';
export { memberSchema } from './resolvers/member-schema.js';
export * from './server/create-hub-subgraph.js';
