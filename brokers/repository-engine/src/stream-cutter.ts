/** Cuts a stream into chunks. */
export interface StreamCutter {
  /** The chunks that are complete with this piece. The piece is copied: it may be used again by who gave it. */
  push(piece: Uint8Array): Iterable<Buffer>;
  /** The rest, when the stream has ended. */
  end(): Iterable<Buffer>;
  /** Gives the memory of a chunk back. */
  release(chunk: Buffer): void;
}
