export * from './app-database.js';
export * from './cutting-proxy.js';
export * from './fabric.js';
export * from './guestbook.js';
export * from './operations.js';
export * from './process-traffic.js';
export * from './processes-of.js';
export * from './visitor.js';
