export * from './config/site-limits.js';
export * from './config/site-options.js';
export type { SiteBrokers } from './domain/brokers/join-brokers.js';
export * from './schema.js';
export * from './server/start-site.js';
