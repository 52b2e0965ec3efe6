import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands before a database that accepts connections and then says nothing, for a while. */
export class SilentProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  #isSilent = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async start(databaseUrl: string): Promise<SilentProxy> {
    const server = createServer();
    const proxy = new SilentProxy(server, new URL(databaseUrl));
    server.on('connection', (socket) => proxy.#join(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The database, by this way. */
  get databaseUrl(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** From now on nothing passes. Connections that are there stay open, and stay silent for ever. */
  silence(): void {
    this.#isSilent = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.resume();
    }
  }

  /** New connections work again. */
  speak(): void {
    this.#isSilent = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.server, 'close');
  }

  #join(client: Socket): void {
    this.#keep(client);
    if (this.#isSilent) {
      client.resume();
      return;
    }
    const database = connect(Number(this.target.port), this.target.hostname);
    this.#keep(database);
    client.on('close', () => database.destroy());
    client.pipe(database).pipe(client);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }
}
