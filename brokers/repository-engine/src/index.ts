export * from './bounded-tasks.js';
export * from './create-repository-broker.js';
export * from './local-file.js';
export * from './object-store.js';
export type { KeyEncryption } from './repository-keys.js';
export type { PropertyValues, RepositoryProperty } from './repository-properties.js';
export type { RegisteredRepository } from './repository-registry.js';
export type { RepositoryPlace } from './repository.js';
export * from './storage-error.js';
