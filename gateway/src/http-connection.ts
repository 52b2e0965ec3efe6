import { HttpPartitionMember } from '@ocopea/partition';
import type { RemoteSubgraph } from './start-supergraph-gateway.js';

/** A subgraph behind HTTP, and graphql-ws at the same address for its subscriptions. */
export function httpConnection({ name, url }: { readonly name: string; readonly url: string }): RemoteSubgraph {
  const transport = new HttpPartitionMember({ id: name, sdl: '', url });
  return {
    name,
    execute: (request, options) => transport.execute(request, options),
    subscribe: (request, options) => transport.subscribe(request, options),
    close: () => transport.close(),
  };
}
