export * from './bind-to-vitest.js';
export * from './cases.js';
export * from './copy-repository/copy-repository-broker-conformance.js';
export * from './data-service/data-service-broker-conformance.js';
export * from './paas/paas-broker-conformance.js';
