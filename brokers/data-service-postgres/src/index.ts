export * from './logical/logical-format.js';
export { type PostgresEndpoint } from './logical/postgres-access.js';
export * from './postgres-data-service-broker.js';
export * from './postgres-format.js';
export { type SharedServerOptions } from './shared/shared-server.js';
