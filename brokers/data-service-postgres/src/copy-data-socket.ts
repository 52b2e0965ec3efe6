import { Socket, type SocketConstructorOpts } from 'node:net';
import { CopyDataSplitter } from './copy-data-splitter.js';

const readBytes = 64 * 1024;

/**
 * A socket for a `pg.Client` that takes the content of CopyData messages out of what the server sends; pg sees all else.
 * Through pg each read of the socket would be a new buffer, which is merged into others: half of the processor time of a
 * base backup, and a collection of V8 for every few dozen megabytes. Only for connections without TLS.
 */
export class CopyDataSocket extends Socket {
  /** Gets the content of each CopyData message, in pieces as they come. Their memory is used again after it returns. */
  onCopyData: (piece: Buffer, isFirst: boolean) => void = () => undefined;

  constructor() {
    const splitter = new CopyDataSplitter({
      onCopyData: (piece, isFirst) => this.onCopyData(piece, isFirst),
      onMessage: (message) => this.emit('data', message),
    });
    const buffer = Buffer.allocUnsafeSlow(readBytes);
    const onread = {
      buffer,
      callback: (bytes: number) => {
        splitter.push(buffer.subarray(0, bytes));
        return true;
      },
    };
    // Node takes `onread` here as in `net.connect`, its types know it only there; pg connects the socket itself.
    super({ onread } as SocketConstructorOpts);
  }
}
