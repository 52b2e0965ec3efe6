export * from './define-operation.js';
export * from './journal.js';
export * from './journal-cursor.js';
export * from './json.js';
export * from './log.js';
export * from './operation-engine.js';
export * from './operation-record.js';
export * from './queryable.js';
