export * from './temporary-directory.js';
export * from './test-program.js';
