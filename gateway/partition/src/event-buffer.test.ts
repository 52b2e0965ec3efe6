import { describe, expect, it } from 'vitest';
import { EventBuffer } from './event-buffer.js';

async function drained(buffer: EventBuffer<string>): Promise<string[]> {
  buffer.end();
  const events = [];
  for await (const event of buffer) events.push(event);
  return events;
}

describe('EventBuffer', () => {
  it('keeps every event of a burst that fits', async () => {
    const buffer = new EventBuffer<string>(10);
    for (let i = 1; i <= 5; i++) buffer.push(`a${i}`, 'a');
    expect(await drained(buffer)).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
  });

  it('replaces the latest of a subject once half of it is taken, and never fills up by one subject', async () => {
    const buffer = new EventBuffer<string>(4);
    for (let i = 1; i <= 100; i++) expect(buffer.push(`a${i}`, 'a')).toBe(true);
    expect(buffer.push('b1', 'b')).toBe(true);
    expect(await drained(buffer)).toEqual(['a1', 'a100', 'b1']);
  });

  it('says when it is full of what cannot be replaced', async () => {
    const buffer = new EventBuffer<string>(2);
    expect([buffer.push('x'), buffer.push('y'), buffer.push('z')]).toEqual([true, true, false]);
    expect(await drained(buffer)).toEqual(['x', 'y']);
  });
});
