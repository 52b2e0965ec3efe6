export * from './s3-copy-repository-broker.js';
