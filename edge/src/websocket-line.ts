import type { WebSocket } from 'ws';
import { messageWith } from './shared-payload.js';

/** Bytes that may wait for a client to read them before nothing more is read from it. */
const highWaterBytes = 1024 * 1024;

/**
 * A WebSocket as the protocol library sees it, with two promises of its own: `send` resolves when the operating system took the bytes,
 * so that events are pulled no faster than they are read; and a client that sends without reading is not read either. A client that
 * does not answer a ping is cut off.
 */
export class WebsocketLine {
  readonly protocol: string;
  private readonly keepAlive: NodeJS.Timeout;
  private isAlive = true;

  constructor(
    private readonly socket: WebSocket,
    keepAliveMs: number,
    private readonly on: { readonly defect: (error: unknown) => void; readonly lost: () => void },
  ) {
    this.protocol = socket.protocol;
    socket.on('pong', () => {
      this.isAlive = true;
    });
    this.keepAlive = setInterval(() => this.ping(), keepAliveMs);
  }

  async send(message: string): Promise<void> {
    const { socket } = this;
    const data = messageWith(message);
    if (socket.readyState !== socket.OPEN) return;
    await new Promise<void>((resolve) => {
      socket.send(data, () => {
        // A failed write closes the socket, which ends everything on it.
        if (socket.isPaused && socket.bufferedAmount <= highWaterBytes) socket.resume();
        resolve();
      });
      if (socket.bufferedAmount > highWaterBytes) socket.pause();
    });
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
  }

  onMessage(handle: (data: string) => Promise<void>): void {
    this.socket.on('message', (data) => void handle(String(data)).catch(this.on.defect));
  }

  stop(): void {
    clearInterval(this.keepAlive);
  }

  private ping(): void {
    if (!this.isAlive) {
      this.on.lost();
      this.socket.terminate();
      return;
    }
    this.isAlive = false;
    this.socket.ping();
  }
}
