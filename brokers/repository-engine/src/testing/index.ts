export * from './content.js';
export * from './engine-harness.js';
export * from './memory-object-store.js';
export * from './packs-in.js';
export * from './test-program.js';
