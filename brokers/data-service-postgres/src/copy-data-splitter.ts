export interface CopyDataSplitterOptions {
  /** Gets the content of each CopyData message, in pieces as they come. Their memory is the reader's. */
  readonly onCopyData: (piece: Buffer, isFirst: boolean) => void;
  /** Gets every other message, whole, in memory of its own. */
  readonly onMessage: (message: Buffer) => void;
}

/** Kind of a message (1), then its length without the kind (4). @see PostgreSQL's manual, "Message Formats" */
const headerBytes = 5;
const copyData = 0x64;

/** Takes apart what a PostgreSQL server sends, given in whatever pieces it arrives. */
export class CopyDataSplitter {
  /** The message that is not complete yet, from its header on; CopyData only as far as its header. */
  private message = Buffer.allocUnsafe(headerBytes);
  private filled = 0;
  private copyDataLeft = 0;
  private isFirst = false;

  constructor(private readonly options: CopyDataSplitterOptions) {}

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += this.copyDataLeft > 0 ? this.passCopyData(bytes, at) : this.fillMessage(bytes, at);
  }

  /** @returns bytes taken */
  private passCopyData(bytes: Buffer, at: number): number {
    const piece = bytes.subarray(at, at + this.copyDataLeft);
    this.copyDataLeft -= piece.length;
    this.options.onCopyData(piece, this.isFirst);
    this.isFirst = false;
    return piece.length;
  }

  /** @returns bytes taken */
  private fillMessage(bytes: Buffer, at: number): number {
    const taken = bytes.copy(this.message, this.filled, at);
    this.filled += taken;
    if (this.filled < this.message.length) return taken;
    const total = 1 + this.message.readUInt32BE(1);
    if (this.message[0] === copyData) {
      this.copyDataLeft = total - headerBytes;
      this.isFirst = true;
      this.filled = 0;
    } else if (this.filled < total) {
      this.message = Buffer.concat([this.message], total);
    } else {
      this.options.onMessage(this.message);
      this.message = Buffer.allocUnsafe(headerBytes);
      this.filled = 0;
    }
    return taken;
  }
}
