export * from './grant-claims.js';
export type { SentContent } from './receive-publication.js';
export * from './repair-part.js';
export * from './send-part.js';
export * from './transfer-door.js';
export * from './transfer-limits.js';
export * from './transfer-path.js';
export * from './transfer-progress.js';
export * from './transfer-receipt.js';
