import { expect, it } from 'vitest';
import type { SiteContext } from '../domain/site-context.js';
import { createUniqueBytesLoader } from './unique-bytes.js';

/** A Site whose one repository measures as the test lets it. */
function siteWith(uniqueBytes: (partIds: readonly string[], signal: AbortSignal) => Promise<number>, brokerCallMs = 60_000): SiteContext {
  const broker = { uniqueBytes: (_: string, partIds: readonly string[], { signal }: { signal: AbortSignal }) => uniqueBytes(partIds, signal) };
  return {
    limits: { brokerCallMs },
    log: { debug: () => undefined },
    database: { copyRepository: { findUnique: async () => ({ id: 'r', brokerId: 'b' }) } },
    brokers: { copyRepository: () => ({ broker, info: { capabilities: { uniqueSizes: true } } }) },
  } as unknown as SiteContext;
}

const loaderOf = (site: SiteContext) => createUniqueBytesLoader(site, new AbortController().signal, async (copyId) => [{ id: copyId, repositoryId: 'r' }]);

it('measures one copy at a time in a repository, however many requests ask', async () => {
  let atOnce = 0;
  let most = 0;
  const site = siteWith(async (partIds) => {
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 5));
    atOnce--;
    return partIds.length;
  });
  const answers = await Promise.all(Array.from({ length: 10 }, (_, request) => loaderOf(site).loadMany([`${request}-a`, `${request}-b`])));
  expect(answers.flat()).toEqual(Array.from({ length: 20 }, () => 1));
  expect(most).toBe(1);
});

it('answers null to who waited too long, and measures the next all the same', async () => {
  let isFirst = true;
  const ends: (() => void)[] = [];
  const site = siteWith(async (_, signal) => {
    if (!isFirst) return 7;
    isFirst = false;
    await new Promise<void>((resolve) => ends.push(resolve));
    signal.throwIfAborted();
    return 1;
  }, 50);
  const first = loaderOf(site).load('a');
  await expect.poll(() => ends.length).toBe(1);
  expect(await loaderOf(site).load('b')).toBeNull();
  ends[0]!();
  expect(await first).toBeNull();
  expect(await loaderOf(site).load('c')).toBe(7);
});
