import { describe, expect, it } from 'vitest';
import { CopyDataSplitter } from './copy-data-splitter.js';

describe('CopyDataSplitter', () => {
  it.each([1, 2, 3, 7, 1000])('separates CopyData from other messages when the stream arrives in pieces of %i bytes', (pieceBytes) => {
    const sent = Buffer.concat([message('T', 'columns'), message('Z', ''), message('d', 'n one'), message('d', ''), message('d', 'd two'), message('c', ''), message('C', 'DONE')]);
    const copied: string[] = [];
    const others: string[] = [];
    const splitter = new CopyDataSplitter({
      onCopyData: (piece, isFirst) => copied.push(`${isFirst ? '' : (copied.pop() ?? '')}${piece.toString()}`),
      onMessage: (one) => others.push(one.toString('latin1')),
    });
    const memory = Buffer.alloc(pieceBytes);
    for (let at = 0; at < sent.length; at += pieceBytes) {
      // As of a socket that reads into the same memory again and again.
      splitter.push(memory.subarray(0, sent.copy(memory, 0, at, at + pieceBytes)));
    }
    expect(copied).toEqual(['n one', 'd two']);
    expect(others).toEqual([message('T', 'columns'), message('Z', ''), message('c', ''), message('C', 'DONE')].map((one) => one.toString('latin1')));
  });
});

function message(kind: string, content: string): Buffer {
  const header = Buffer.alloc(5);
  header.write(kind);
  header.writeUInt32BE(4 + content.length, 1);
  return Buffer.concat([header, Buffer.from(content)]);
}
