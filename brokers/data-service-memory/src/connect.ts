import { createHash } from 'node:crypto';
import { type Binding, BrokerError } from '@ocopea/broker-contract';
import { listening } from './listening.js';
import type { MemoryDataService } from './memory-data-service.js';

/** A session with a memory data service. Each call fails once the credentials are worthless. */
export interface MemoryConnection {
  put(key: string, value: string): Promise<void>;
  get(key: string): Promise<string | undefined>;
  /** Number of pairs. */
  count(): Promise<number>;
  /** SHA-256 over all pairs in the order of their first write. */
  digest(): Promise<string>;
}

/**
 * Opens a session by the `uri` of a binding.
 *
 * @example
 * const connection = connect(await broker.bind({ dataServiceId: 'orders', bindingId: 'shop' }));
 * await connection.put('a', '1');
 */
export function connect(binding: Pick<Binding, 'values'>): MemoryConnection {
  const uri = new URL(binding.values['uri'] ?? 'memory:');
  const service = (): MemoryDataService => {
    const found = listening.get(uri.host);
    if (found === undefined) throw new BrokerError('UNAVAILABLE', `nothing listens at "${uri.host}"; is the data service running?`);
    if (!found.accepts(uri.username, uri.password)) {
      throw new BrokerError('INVALID_REQUEST', `data service "${found.dataServiceId}" refuses the credentials of "${uri.username}"; bind again`);
    }
    return found;
  };
  return {
    put: async (key, value) => {
      await service().writable();
      service().entries.set(key, value);
    },
    get: async (key) => service().entries.get(key),
    count: async () => service().entries.size,
    digest: async () => {
      const hash = createHash('sha256');
      for (const pair of service().entries) hash.update(`${JSON.stringify(pair)}\n`);
      return hash.digest('hex');
    },
  };
}
