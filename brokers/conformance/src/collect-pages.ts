import assert from 'node:assert/strict';
import type { Page, PageRequest } from '@ocopea/broker-contract';

/** Reads a listing to its end in pages of `limit`, checking that no page is larger and that ids only grow. */
export async function collectPages<T>(list: (page: PageRequest) => Promise<Page<T>>, idOf: (item: T) => string, limit: number): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page: Page<T> = await list(after === undefined ? { limit } : { after, limit });
    assert.ok(page.items.length <= limit, `a page of ${page.items.length} where at most ${limit} were asked for`);
    for (const item of page.items) {
      const previous = items.at(-1);
      assert.ok(previous === undefined || idOf(previous) < idOf(item), `"${idOf(item)}" is listed out of order or twice`);
      items.push(item);
    }
    assert.ok(page.next === undefined || page.next !== after, 'the listing does not move on');
    after = page.next;
  } while (after !== undefined);
  return items;
}
