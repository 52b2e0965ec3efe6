export * from './process-paas-broker.js';
