export * from './tree-record.js';
export * from './volume-data-service-broker.js';
