export * from './memory-copy-repository-broker.js';
export * from './memory-copy-repository-state.js';
