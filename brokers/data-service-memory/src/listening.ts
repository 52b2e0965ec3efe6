import type { MemoryDataService } from './memory-data-service.js';

/** The network of the memory data services: who answers at which `host:port` of this process. */
export const listening = new Map<string, MemoryDataService>();

export function listen(service: MemoryDataService): void {
  listening.set(addressOf(service), service);
}

export function stopListening(service: MemoryDataService): void {
  listening.delete(addressOf(service));
}

function addressOf({ address }: MemoryDataService): string {
  return `${address.host}:${address.port}`;
}
