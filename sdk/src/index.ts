export * from './generated/graphql.js';
export * from './ocopea-client.js';
export * from './ocopea-request-error.js';
