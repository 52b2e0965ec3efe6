import { expect, it, vi } from 'vitest';
import { BlockQueue } from './block-queue.js';

function open(blockBytes = 10, maxBlocks = 4) {
  const pause = vi.fn<() => void>();
  const resume = vi.fn<() => void>();
  return { pause, resume, queue: new BlockQueue({ blockBytes, maxBlocks, pause, resume }) };
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
