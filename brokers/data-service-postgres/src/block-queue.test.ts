import { expect, it, vi } from 'vitest';
import { BlockQueue } from './block-queue.js';

function open(blockBytes = 10, maxBlocks = 4, reusesBlocks = false) {
  const pause = vi.fn<() => void>();
  const resume = vi.fn<() => void>();
  return { pause, resume, queue: new BlockQueue({ blockBytes, maxBlocks, reusesBlocks, pause, resume }) };
}

it('makes blocks of pieces whose memory is used again', async () => {
  const { queue } = open(8);
  const memory = Buffer.alloc(5);
  for (const letter of 'abcd') queue.push(memory.fill(letter));
  queue.end();
  const blocks: string[] = [];
  for await (const block of queue.blocks()) blocks.push(Buffer.from(block).toString());
  expect(blocks).toEqual(['aaaaabbb', 'bbcccccd', 'dddd']);
});

it.each([
  { reusesBlocks: true, memories: 3 },
  { reusesBlocks: false, memories: 6 },
])('uses the memory of blocks again only when the consumer allows it: $reusesBlocks', async ({ reusesBlocks, memories }) => {
  const { queue } = open(4, 4, reusesBlocks);
  const seen = new Set<ArrayBufferLike>();
  const letters: string[] = [];
  queue.push(Buffer.from('aaaa'));
  for await (const block of queue.blocks()) {
    seen.add(block.buffer);
    letters.push(Buffer.from(block).toString());
    if (letters.length < 6) queue.push(Buffer.alloc(4, 'abcdef'[letters.length]));
    else queue.end();
  }
  expect(letters).toEqual(['aaaa', 'bbbb', 'cccc', 'dddd', 'eeee', 'ffff']);
  expect(seen.size).toBe(memories);
});

it('pauses its producer at the limit and resumes it when half is taken', async () => {
  const { queue, pause, resume } = open(1, 4);
  queue.push(Buffer.alloc(3));
  expect(pause).not.toHaveBeenCalled();
  queue.push(Buffer.alloc(2));
  expect(pause).toHaveBeenCalledOnce();
  queue.push(Buffer.alloc(1));
  const blocks = queue.blocks()[Symbol.asyncIterator]();
  for (let taken = 0; taken < 4; taken++) await blocks.next();
  expect(resume).not.toHaveBeenCalled();
  await blocks.next();
  expect(resume).toHaveBeenCalledOnce();
  expect(pause).toHaveBeenCalledOnce();
});

it('fails at once, whether the consumer waits or not', async () => {
  const waiting = open();
  const next = waiting.queue.blocks()[Symbol.asyncIterator]().next();
  waiting.queue.fail(new TypeError('broken'));
  await expect(next).rejects.toThrow('broken');
  const full = open();
  full.queue.push(Buffer.alloc(30));
  full.queue.fail(new TypeError('broken'));
  await expect(full.queue.blocks()[Symbol.asyncIterator]().next()).rejects.toThrow('broken');
});
