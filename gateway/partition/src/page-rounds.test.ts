import { expect, it } from 'vitest';
import { cutPage } from './cut-page.js';
import { compareCursors, encodeCursor } from './cursor.js';
import type { MemberPage, Row } from './member-page.js';
import { firstDemand, nextDemands } from './page-rounds.js';

const rowOf = (member: string, sortKey: number): Row => {
  const cursor = { order: 'n:ASC', sortKey, id: `${member}.x.${String(sortKey).padStart(6, '0')}` };
  return { member, index: 0, cursor, encodedCursor: encodeCursor(cursor), items: {}, typename: 'X' };
};

/** A member with all its rows, which gives a part of them on demand. */
class Shelf {
  readonly rows: Row[];
  given = 0;
  constructor(readonly member: string, keys: readonly number[]) {
    this.rows = keys.map((key) => rowOf(member, key)).sort((a, b) => compareCursors(a.cursor, b.cursor));
  }
  page(count: number, isForward: boolean): MemberPage {
    this.given = Math.min(this.rows.length, this.given + count);
    const rows = isForward ? this.rows.slice(0, this.given) : this.rows.slice(this.rows.length - this.given);
    const hasMore = this.given < this.rows.length;
    return { member: this.member, rows, hasNextPage: isForward && hasMore, hasPreviousPage: !isForward && hasMore, isCutShort: false };
  }
}

function shelvesOf(spread: (index: number) => number, members: number, rows: number): Shelf[] {
  const keys = Array.from({ length: members }, (): number[] => []);
  for (let row = 0; row < rows; row++) keys[spread(row) % members]!.push(row);
  return keys.map((own, index) => new Shelf(`m${String(index).padStart(3, '0')}`, own));
}

const scattered = (row: number): number => (Math.imul(row + 7, 2654435761) >>> 8) % 1_000_003;

it.each([
  { spread: 'scattered', of: scattered, members: 100, size: 50, mostKeys: 320, mostRounds: 3 },
  { spread: 'all at one member', of: () => 3, members: 100, size: 50, mostKeys: 60, mostRounds: 3 },
  { spread: 'in runs', of: (row: number) => Math.floor(row / 20), members: 100, size: 50, mostKeys: 400, mostRounds: 5 },
  { spread: 'in turns', of: (row: number) => row, members: 3, size: 7, mostKeys: 15, mostRounds: 2 },
])('finds the rows of a page, forward and backward, with few keys: $spread', ({ of, members, size, mostKeys, mostRounds }) => {
  for (const isForward of [true, false]) {
    const shelves = shelvesOf(of, members, 2_000);
    const byMember = new Map(shelves.map((shelf) => [shelf.member, shelf]));
    const page = isForward ? { first: size, last: undefined } : { first: undefined, last: size };
    let pages = shelves.map((shelf) => shelf.page(firstDemand(size, members), isForward));
    let rounds = 1;
    for (let demands = nextDemands(pages, page); demands.length > 0; demands = nextDemands(pages, page)) {
      const asked = new Map(demands.map(({ page: { member }, count }) => [member, byMember.get(member)!.page(count, isForward)]));
      pages = pages.map((each) => asked.get(each.member) ?? each);
      rounds++;
    }
    const expected = isForward ? Array.from({ length: size }, (_, i) => i) : Array.from({ length: size }, (_, i) => 2_000 - size + i);
    const cut = cutPage(pages, page);
    expect(cut.rows.map(({ cursor }) => cursor.sortKey)).toEqual(expected);
    expect([cut.hasNextPage, cut.hasPreviousPage]).toEqual([isForward, !isForward]);
    expect(shelves.reduce((sum, { given }) => sum + given, 0)).toBeLessThanOrEqual(mostKeys);
    expect(rounds).toBeLessThanOrEqual(mostRounds);
  }
});

it('does not wait for the rows of a member that did not give them, and says that there is more', () => {
  const [slow, other] = [new Shelf('m1', [1, 2, 3, 4]), new Shelf('m2', [5, 6, 7])];
  const pages = [{ ...slow.page(2, true), isCutShort: true }, other.page(3, true)];
  expect(nextDemands(pages, { first: 5, last: undefined })).toEqual([]);
  const cut = cutPage(pages, { first: 5, last: undefined });
  expect(cut.rows.map(({ cursor }) => cursor.sortKey)).toEqual([1, 2, 5, 6, 7]);
  expect(cut.hasNextPage).toBe(true);
});
