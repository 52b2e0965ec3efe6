import type { MemoryDataService } from './memory-data-service.js';

let lastState = 0;

/** What outlives a memory broker: hand it to the next one to open the same data services again. */
export class MemoryDataServiceState {
  /** Keeps the addresses of two states apart. */
  readonly host = `memory-${++lastState}`;
  readonly services = new Map<string, MemoryDataService>();
  #lastPort = 0;

  newAddress(): { readonly host: string; readonly port: number } {
    return { host: this.host, port: ++this.#lastPort };
  }
}
