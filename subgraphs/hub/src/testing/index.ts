export * from './stand-in-operation.js';
export * from './stand-in-site.js';
export * from './test-hub.js';
