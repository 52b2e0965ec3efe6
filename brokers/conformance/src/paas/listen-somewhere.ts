import { once } from 'node:events';
import { createServer } from 'node:net';

/** Takes a free loopback port until it is closed. */
export async function listenSomewhere(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has an address and a port');
  return { port: address.port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
