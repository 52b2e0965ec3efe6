import 'reflect-metadata';

export { decodeCursor, encodeCursor, type ConnectionCursor } from '@ocopea/partition/schema';
export * from './app-instance-name.js';
export * from './build-federated-schema.js';
export * from './byte-count-scalar.js';
export * from './connection-args.js';
export * from './connection.js';
export * from './date-time-scalar.js';
export * from './error-catalogue.js';
export * from './errors/index.js';
export * from './ids.js';
export * from './missing-descriptions.js';
export * from './node.js';
export * from './ocopea-error.js';
export * from './page-info.js';
export * from './sort-direction.js';
export * from './to-client-error.js';
