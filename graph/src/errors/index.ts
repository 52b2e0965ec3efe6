export * from './access-errors.js';
export * from './copy-errors.js';
export * from './edge-errors.js';
export * from './id-errors.js';
export * from './input-errors.js';
export * from './operation-errors.js';
export * from './site-errors.js';
export * from './subgraph-errors.js';
