import type { ByteStream } from '@ocopea/broker-contract';
import { decodeHeader, decodePayload, notATree, recordHeaderBytes, treeMagic, type TreeRecord } from './tree-record.js';

/** The records of a tree, without its `end`. @throws CORRUPT_DATA it is none, is cut off, or goes on after its end */
export async function* readRecords(stream: ByteStream): AsyncGenerator<TreeRecord, void, undefined> {
  await using reader = new ByteReader(stream);
  const magic = await reader.read(treeMagic.length);
  if (magic?.equals(treeMagic) !== true) throw notATree('it does not begin as one');
  for (let records = 0n; ; records++) {
    const header = await reader.read(recordHeaderBytes);
    if (header === undefined) throw notATree('it ends before its end');
    const { kind, bytes } = decodeHeader(header);
    const payload = await reader.read(bytes);
    if (payload === undefined) throw notATree('it ends within a record');
    const record = decodePayload(kind, payload);
    if (record.kind !== 'end') yield record;
    else if (record.records !== records || (await reader.read(1)) !== undefined) throw notATree('it does not end where it says');
    else return;
  }
}

/** Gives bytes in pieces of the length that is asked for, however they come. Closing it closes the stream. */
class ByteReader implements AsyncDisposable {
  private readonly iterator: AsyncIterator<Uint8Array>;
  private held: Buffer = Buffer.alloc(0);

  constructor(stream: ByteStream) {
    this.iterator = stream[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes, or undefined when there are fewer. They are the caller's until the next call. */
  async read(bytes: number): Promise<Buffer | undefined> {
    if (this.held.length < bytes) {
      const pieces = [this.held];
      for (let length = this.held.length; length < bytes; ) {
        const next = await this.iterator.next();
        if (next.done === true) return undefined;
        const { buffer, byteOffset, byteLength } = next.value;
        // Copied: the stream may use the memory again.
        pieces.push(Buffer.from(Buffer.from(buffer, byteOffset, byteLength)));
        length += byteLength;
      }
      this.held = Buffer.concat(pieces);
    }
    const read = this.held.subarray(0, bytes);
    this.held = this.held.subarray(bytes);
    return read;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.iterator.return?.();
  }
}
