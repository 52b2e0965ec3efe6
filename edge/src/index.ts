export * from './edge-limits.js';
export * from './edge-options.js';
export * from './logger.js';
export * from './start-edge.js';
