export * from './broker-call.js';
export * from './chunk-list.js';
export * from './broker-error.js';
export * from './copy-repository-broker.js';
export * from './copy-transfer.js';
export * from './data-service-broker.js';
export * from './paas-broker.js';
