export * from './compose-hub-schemas.js';
export { type EventSubjects } from './event-subject.js';
export * from './gateway-context.js';
export * from './ordinary-subgraph.js';
export * from './schema-executor.js';
export { type HubTokenIssuer } from './site-link.js';
export * from './site-registry.js';
export * from './start-gateway.js';
