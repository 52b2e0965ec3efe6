import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * `cut`: connections break and none is taken. `half open`: they stay, and no byte passes in either direction. `slow`: 2 MB/s.
 */
export type LinkState = 'well' | 'cut' | 'half open' | 'slow';

const slowBytesPerSecond = 2_000_000;

/** The network on the way to a Site's door, which can be made bad. */
export class FaultyLink {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer();
  #state: LinkState = 'well';
  #passed = 0;
  #at: { readonly bytes: number; readonly act: () => void } | undefined;
  /** Where it leads to. */
  target = 0;

  static async start(): Promise<FaultyLink> {
    const link = new FaultyLink();
    link.#server.on('connection', (client) => link.#join(client));
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set(state: LinkState): void {
    this.#state = state;
    // Coming back, what hung is broken: a network does not remember.
    if (state === 'cut' || state === 'well') for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Resolves when so many bytes have gone towards the Site from now on. */
  after(bytes: number): Promise<void> {
    return new Promise((resolve) => (this.#at = { bytes: this.#passed + bytes, act: resolve }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    if (this.#state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.target, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        if (this.#state === 'half open') return;
        client.destroy();
        server.destroy();
      });
    }
    void this.#carry(client, server, true).catch(() => undefined);
    void this.#carry(server, client, false).catch(() => undefined);
  }

  async #carry(from: Socket, to: Socket, isOut: boolean): Promise<void> {
    for await (const piece of from as AsyncIterable<Buffer>) {
      if (isOut) this.#count(piece.byteLength);
      while (this.#state === 'half open' && !from.destroyed) await delay(50);
      if (this.#state === 'slow') await delay((piece.byteLength / slowBytesPerSecond) * 1000);
      if (!to.write(piece)) await once(to, 'drain');
    }
    to.end();
  }

  #count(bytes: number): void {
    this.#passed += bytes;
    const due = this.#at;
    if (due === undefined || this.#passed < due.bytes) return;
    this.#at = undefined;
    due.act();
  }
}
