import { describe, expect, it } from 'vitest';
import { SharedTurns } from './shared-turns.js';

describe('shared turns', () => {
  it('go to those who wait in their order, and who holds one is told', async () => {
    const turns = new SharedTurns(1, 10_000);
    const first = await turns.take();
    const order: string[] = [];
    const second = turns.take().then((turn) => (order.push('second'), turn));
    const third = turns.take().then((turn) => (order.push('third'), turn));
    await first.wanted;
    expect(order).toEqual([]);
    first.giveBack();
    first.giveBack();
    const held = await second;
    expect(order).toEqual(['second']);
    await held.wanted;
    held.giveBack();
    (await third).giveBack();
    expect(order).toEqual(['second', 'third']);
  });

  it('are not waited for without end', async () => {
    const turns = new SharedTurns(1, 10);
    const held = await turns.take();
    await expect(turns.take()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    held.giveBack();
    (await turns.take()).giveBack();
  });
});
