export * from './directory-lock.js';
export * from './durable-file.js';
export * from './embedded-error.js';
export * from './free-port.js';
export * from './output-log.js';
export * from './process-identity.js';
export * from './restart-policy.js';
export * from './supervised-process.js';
