export * from './memory-artifact.js';
export * from './memory-paas-broker.js';
export * from './memory-paas-state.js';
