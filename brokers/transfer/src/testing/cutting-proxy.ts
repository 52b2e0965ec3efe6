import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Passes bytes on to a port, and breaks connections as it is told. */
export class CuttingProxy {
  readonly #sockets = new Set<Socket>();
  #passed = 0;
  #cuts: number[] = [];
  /** Bytes of requests that went through. */
  bytesPassed = 0;
  /** Times that it broke all connections. */
  cutsDone = 0;

  private constructor(private readonly server: Server) {}

  static async start(port: number): Promise<CuttingProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new CuttingProxy(server);
    server.on('connection', (client) => {
      const upstream = connect(port, '127.0.0.1');
      for (const socket of [client, upstream]) {
        proxy.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          proxy.#sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.on('data', (piece) => proxy.#count(piece.length));
      client.pipe(upstream);
      upstream.pipe(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Breaks all connections each time that so many more bytes have passed. */
  cutAfter(...bytes: readonly number[]): void {
    this.#cuts = [...bytes];
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  #count(bytes: number): void {
    this.#passed += bytes;
    this.bytesPassed += bytes;
    const next = this.#cuts[0];
    if (next === undefined || this.#passed < next) return;
    this.#passed = 0;
    this.#cuts.shift();
    this.cutsDone += 1;
    for (const socket of this.#sockets) socket.destroy();
  }
}
