export * from './apply-migrations.js';
export * from './migration-error.js';
export * from './migrations-directory.js';
