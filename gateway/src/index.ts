export * from './compose-hub-schemas.js';
export * from './gateway-context.js';
export * from './gateway-log.js';
export * from './graph-request.js';
export * from './hub-graph.js';
export * from './ordinary-subgraph.js';
export * from './site-registry.js';
export { type HubTokenIssuer } from './site-link.js';
