export * from './content.js';
export * from './filesystem-harness.js';
export * from './test-program.js';
