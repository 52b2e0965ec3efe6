import type { ByteStream } from '@ocopea/broker-contract';
import { DumpBlocks } from './dump-blocks.js';
import { notADump, readDumpHead, writeDumpHead, type DumpHead } from './dump-head.js';

/** Every object of a database has an entry of about a kilobyte. */
const maxHeadBytes = 1024 * 1024 * 1024;

/**
 * Passes an archive on with another head, and sees that it is whole. The head is held in memory, the data is not.
 *
 * @param change what becomes of the head; awaited before anything is yielded
 * @throws CORRUPT_DATA it is no archive, or not a whole one; thrown in place of the end
 */
export async function* changeDumpHead(stream: ByteStream, change: (head: DumpHead) => DumpHead | Promise<DumpHead>): ByteStream {
  const reading = readDumpHead();
  let wanted = reading.next();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let headBytes = 0;
  let blocks: DumpBlocks | undefined;
  for await (const piece of stream) {
    if (blocks !== undefined) {
      blocks.push(piece);
      yield piece;
      continue;
    }
    // The piece's memory may be used again once the next one is asked for.
    held.push(Buffer.from(piece));
    heldBytes += piece.length;
    if (wanted.done !== true && heldBytes < wanted.value) continue;
    let bytes = Buffer.concat(held);
    while (wanted.done !== true && bytes.length >= wanted.value) {
      const taken = wanted.value;
      headBytes += taken;
      if (headBytes > maxHeadBytes) throw notADump('its table of contents is too large');
      wanted = reading.next(bytes.subarray(0, taken));
      bytes = bytes.subarray(taken);
    }
    held = [bytes];
    heldBytes = bytes.length;
    if (wanted.done !== true) continue;
    blocks = new DumpBlocks(wanted.value);
    blocks.push(bytes);
    yield writeDumpHead(await change(wanted.value));
    if (bytes.length > 0) yield bytes;
  }
  if (blocks === undefined) throw notADump('it ends before the end of its table of contents');
  blocks.end();
}
