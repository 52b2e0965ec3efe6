import { randomBytes } from 'node:crypto';
import type { Binding, DataServiceState } from '@ocopea/broker-contract';

/** One data service of the memory broker: ordered key/value pairs, credentials, holds. */
export class MemoryDataService {
  state: DataServiceState = { phase: 'creating' };
  entries = new Map<string, string>();
  /** Aborted when it is deleted. */
  readonly ending = new AbortController();
  #lastRun: Promise<unknown> = Promise.resolve();
  readonly #passwords = new Map<string, string>();
  readonly #holds = new Map<string, NodeJS.Timeout>();
  #released: (() => void)[] = [];

  constructor(
    readonly dataServiceId: string,
    readonly planId: string,
    readonly settings: Readonly<Record<string, string>>,
    readonly address: { readonly host: string; readonly port: number },
  ) {}

  get bytes(): number {
    let bytes = 0;
    for (const [key, value] of this.entries) bytes += key.length + value.length;
    return bytes;
  }

  get bindings(): number {
    return this.#passwords.size;
  }

  bind(bindingId: string): Binding {
    const password = this.#passwords.get(bindingId) ?? randomBytes(16).toString('hex');
    this.#passwords.set(bindingId, password);
    const { host, port } = this.address;
    return {
      bindingId,
      values: { uri: `memory://${bindingId}:${password}@${host}:${port}`, host, port: String(port), username: bindingId, password },
      ports: [{ protocol: 'memory', host, port }],
    };
  }

  unbind(bindingId: string): void {
    this.#passwords.delete(bindingId);
  }

  accepts(username: string, password: string): boolean {
    return this.#passwords.get(username) === password;
  }

  /** Statements run one after the other. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#lastRun.then(run);
    this.#lastRun = result.catch(() => undefined);
    return result;
  }

  /** Holds writes until the last hold is released or has run out. */
  hold(holdId: string, holdForMs: number): void {
    clearTimeout(this.#holds.get(holdId));
    this.#holds.set(
      holdId,
      setTimeout(() => this.release(holdId), holdForMs),
    );
  }

  release(holdId: string): void {
    clearTimeout(this.#holds.get(holdId));
    this.#holds.delete(holdId);
    if (this.#holds.size > 0) return;
    for (const released of this.#released.splice(0)) released();
  }

  releaseAll(): void {
    for (const holdId of this.#holds.keys()) this.release(holdId);
  }

  /** Resolves when no hold keeps writes back. */
  async writable(): Promise<void> {
    while (this.#holds.size > 0) await new Promise<void>((resolve) => this.#released.push(resolve));
  }
}
