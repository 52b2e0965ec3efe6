export * from './connect.js';
export * from './key-value-format.js';
export * from './memory-data-service-broker.js';
export * from './memory-data-service-state.js';
