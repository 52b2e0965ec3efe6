export * from './scratch-database.js';
export * from './recording-log.js';
export * from './test-process.js';
