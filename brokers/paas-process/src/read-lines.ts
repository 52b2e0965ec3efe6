import type { OutputLog } from '@ocopea/embedded';

/** A longer line is given in pieces of this size, so that a process that prints no line end costs no memory. */
const LINE_BYTES = 16 * 1024;
const BLOCK_BYTES = 64 * 1024;
const LINE_END = 0x0a;

export interface ReadLine {
  readonly text: string;
  /** Position right after it. */
  readonly end: number;
}

/**
 * The lines from position `from` to position `to`, which is the end of a line. Where output before a position was dropped, it
 * goes on with the first whole line after it. `isWithinLine` says that `from` may be in the middle of a line, which is then skipped.
 */
export async function* readLines(log: OutputLog, from: number, to: number, isWithinLine = false): AsyncGenerator<ReadLine> {
  let position = from;
  let isSkipping = isWithinLine;
  let line = Buffer.alloc(0);
  while (position < to) {
    const slice = await log.read(position, Math.min(BLOCK_BYTES, to - position));
    if (slice.bytes.length === 0 || slice.position >= to) break;
    if (slice.position > position) {
      isSkipping = true;
      line = Buffer.alloc(0);
    }
    // A slice that begins later than asked for may reach beyond `to`.
    const bytes = slice.bytes.subarray(0, to - slice.position);
    position = slice.position + bytes.length;
    let begin = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, begin)) {
      if (!isSkipping) yield { text: textOf(Buffer.concat([line, bytes.subarray(begin, end)])), end: slice.position + end + 1 };
      isSkipping = false;
      line = Buffer.alloc(0);
      begin = end + 1;
    }
    line = Buffer.concat([line, bytes.subarray(begin)]);
    if (line.length < LINE_BYTES) continue;
    if (!isSkipping) yield { text: textOf(line), end: position };
    line = Buffer.alloc(0);
  }
  if (line.length > 0 && !isSkipping) yield { text: textOf(line), end: position };
}

function textOf(line: Buffer): string {
  const text = line.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
