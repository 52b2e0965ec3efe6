import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The sockets of one server, and how many requests each has running. Node's own count takes a socket that has not sent a request yet,
 * as browsers open them ahead, for a busy one: closing would wait for it.
 */
export class Connections {
  private readonly running = new Map<Socket, number>();
  /** Sockets that came when there were enough already. */
  private readonly surplus = new WeakSet<Duplex>();
  private isClosing = false;

  constructor(
    server: Server,
    private readonly limit: number,
  ) {
    server.on('connection', (socket) => {
      this.running.set(socket, 0);
      if (this.running.size > this.limit) this.surplus.add(socket);
      socket.once('close', () => this.running.delete(socket));
    });
  }

  isSurplus(socket: Duplex): boolean {
    return this.surplus.has(socket);
  }

  /** Counts a request until its answer is out. */
  track(socket: Socket, response: ServerResponse): void {
    this.change(socket, 1);
    response.once('close', () => this.change(socket, -1));
  }

  /** A socket that speaks another protocol now, which ends it in its own way. */
  release(socket: Duplex): void {
    this.change(socket as Socket, Infinity);
  }

  /** Ends every socket as soon as nothing runs on it. */
  closeWhenIdle(): void {
    this.isClosing = true;
    for (const socket of this.running.keys()) this.change(socket, 0);
  }

  private change(socket: Socket, by: number): void {
    const count = this.running.get(socket);
    if (count === undefined) return;
    this.running.set(socket, count + by);
    if (this.isClosing && count + by === 0) socket.destroySoon();
  }
}
