import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { messageWith } from './shared-payload.js';

/** Bytes that may wait for a client to read them before nothing more is read from it. */
const highWaterBytes = 1024 * 1024;

/** Bytes that may wait for a client to read them before no further event is pulled for it. */
const lowWaterBytes = 64 * 1024;

/**
 * A WebSocket as the protocol library sees it, with promises of its own: messages of one moment are written in one piece; `send`
 * resolves when little waits for the client to be read, so that events are pulled no faster than that; and a client that sends without reading is not read either. A client that
 * does not answer a ping is cut off.
 */
export class WebsocketLine {
  readonly protocol: string;
  private readonly keepAlive: NodeJS.Timeout;
  private isAlive = true;
  private isCorked = false;

  /** @param connection - what lies below the socket */
  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Duplex,
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
    this.cork();
    const written = new Promise<void>((resolve) => {
      socket.send(data, () => {
        // A failed write closes the socket, which ends everything on it.
        if (socket.isPaused && socket.bufferedAmount <= highWaterBytes) socket.resume();
        resolve();
      });
    });
    if (socket.bufferedAmount > highWaterBytes) socket.pause();
    if (socket.bufferedAmount > lowWaterBytes) await written;
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

  /** Until all that can be sent now is. */
  private cork(): void {
    if (this.isCorked) return;
    this.isCorked = true;
    this.connection.cork();
    process.nextTick(() => {
      this.isCorked = false;
      this.connection.uncork();
    });
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
