import { expect, it } from 'vitest';
import { ConsistencyBarrier, type Hold } from './consistency-barrier.js';

function watchedHold(more: Partial<Hold> = {}): { readonly events: string[]; readonly hold: Hold } {
  const events: string[] = [];
  const hold: Hold = {
    begin: async () => void events.push('begin'),
    end: async () => void events.push('end'),
    lastsMs: 60_000,
    ...more,
  };
  return { events, hold };
}

it('holds writers when all parts have arrived, once, and lets them go when all have left', async () => {
  const { events, hold } = watchedHold();
  const barrier = new ConsistencyBarrier(3, hold);
  const parties = [barrier.party(), barrier.party(), barrier.party()];
  const arriving = parties.map((party, index) => party.arrive().then(() => events.push(`through ${index}`)));
  await Promise.all(arriving);
  expect(events).toEqual(['begin', 'through 0', 'through 1', 'through 2']);
  parties[0]!.leave();
  parties[1]!.leave();
  expect(events).not.toContain('end');
  parties[2]!.leave();
  await barrier.close();
  expect(events.filter((event) => event === 'end').length).toBe(1);
  expect(barrier.outcome.reached).toBe(true);
});

it('lets nobody through, and holds nobody, while a part is missing', async () => {
  const { events, hold } = watchedHold();
  const barrier = new ConsistencyBarrier(2, hold);
  void barrier.party().arrive().then(() => events.push('through'));
  await barrier.close();
  expect(events).toEqual([]);
  expect(barrier.outcome.reached).toBe(false);
});

it('lets writers go when a part fails behind it, and is not reached', async () => {
  const { events, hold } = watchedHold();
  const barrier = new ConsistencyBarrier(2, hold);
  const [one, other] = [barrier.party(), barrier.party()];
  await Promise.all([one.arrive(), other.arrive()]);
  one.leave();
  await barrier.close();
  expect(events).toEqual(['begin', 'end']);
  expect(barrier.outcome.reached).toBe(false);
});

it('fails all parts when writers cannot be held, and lets go what was held', async () => {
  const { events, hold } = watchedHold({ begin: () => Promise.reject(new Error('it is starting')) });
  const barrier = new ConsistencyBarrier(2, hold);
  const arrivals = await Promise.allSettled([barrier.party().arrive(), barrier.party().arrive()]);
  expect(arrivals.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await barrier.close();
  expect(events).toEqual(['end']);
});

it('is not reached when the hold had run out before all had left', async () => {
  const { hold } = watchedHold({ lastsMs: 0 });
  const barrier = new ConsistencyBarrier(1, hold);
  const party = barrier.party();
  await party.arrive();
  party.leave();
  await barrier.close();
  expect(barrier.outcome.reached).toBe(false);
});
