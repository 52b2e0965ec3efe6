/** What a subgraph needs to be partitioned: the directives and the cursors. Free of the gateway's dependencies. */
export * from './cursor.js';
export * from './partition-directives.js';
