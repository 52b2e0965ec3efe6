export * from './edge-limits.js';
export * from './edge-options.js';
export { KnownDocuments, readKnownDocuments } from './known-documents.js';
export * from './logger.js';
export * from './operation-executor.js';
export * from './request-trace.js';
export * from './start-edge.js';
export type { FieldSpread, SpreadRule } from './operation-cost.js';
export { EdgeMetrics, processRegistry } from './edge-metrics.js';
