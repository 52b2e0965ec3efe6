// The gateway of a supergraph with the means to see its memory. Started by the bench `gateway-memory`.
import { readFileSync } from 'node:fs';
import { createLogger } from '@ocopea/edge';
import { HttpSubgraph, startSupergraphGateway } from '@ocopea/gateway';

export interface MemoryFigures {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

const gateway = await startSupergraphGateway({
  port: 0,
  supergraphSdl: readFileSync(process.argv[2]!, 'utf8'),
  source: process.argv[2]!,
  connect: (subgraph) => new HttpSubgraph(subgraph),
  authenticate: () => Promise.resolve({ kind: 'anonymous', name: 'anonymous' }),
  ready: () => ({ ready: true, missing: [] }),
  log: createLogger({ name: 'hub', level: 'warn' }),
});
process.on('message', () => {
  // Twice: what finalizers let go of goes with the second.
  globalThis.gc!();
  setImmediate(() => {
    globalThis.gc!();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send!({ heapUsed, external, rss } satisfies MemoryFigures);
  });
});
process.on('disconnect', () => void gateway.close());
process.send!({ url: `${gateway.url}/graphql` });
