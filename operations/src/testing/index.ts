export * from './scratch-database.js';
export * from './recording-log.js';
export * from '@ocopea/embedded/testing';
