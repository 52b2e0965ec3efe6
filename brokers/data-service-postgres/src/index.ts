export * from './postgres-data-service-broker.js';
export * from './postgres-format.js';
