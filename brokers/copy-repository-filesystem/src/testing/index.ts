export { collect, metadata, packsIn, randomBytes, rows, sha256, streamOf, TestProgram } from '@ocopea/repository-engine/testing';
export * from './filesystem-harness.js';
