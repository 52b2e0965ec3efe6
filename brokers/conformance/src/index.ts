export * from './bind-to-vitest.js';
export * from './cases.js';
export * from './data-service/data-service-broker-conformance.js';
