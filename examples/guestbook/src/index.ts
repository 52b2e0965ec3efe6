export * from './config.js';
export * from './entry-store.js';
export * from './http-server.js';
