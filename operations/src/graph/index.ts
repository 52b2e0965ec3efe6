import 'reflect-metadata';

export * from './create-operations-graph.js';
export * from './event-id.js';
export * from './event-resolver.js';
export * from './event-type.js';
export * from './graph-binding.js';
export * from './operation-enums.js';
export * from './operation-inputs.js';
export * from './operation-loaders.js';
export * from './operation-log-type.js';
export * from './operation-progress-event.js';
export * from './operation-progress-stream.js';
export * from './operation-resolver.js';
export * from './operation-type.js';
