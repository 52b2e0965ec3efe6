export * from './s3-emulator.js';
export * from './s3-harness.js';
