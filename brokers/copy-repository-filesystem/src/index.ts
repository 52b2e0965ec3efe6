export * from './filesystem-copy-repository-broker.js';
