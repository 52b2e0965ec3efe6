import { expect, it } from 'vitest';
import { splitEntities } from './entity-split.js';
import { ownerByIdPrefix } from './owner-of.js';

it('gives each representation to its owner, once, and remembers every place', () => {
  const [a, b, c] = ['oslo.book.1', 'bergen.book.1', 'oslo.book.2'].map((id) => ({ __typename: 'Book', id }));
  const { shares, count } = splitEntities([a, b, { ...a }, c, { ...a }], ownerByIdPrefix);
  expect(count).toBe(5);
  expect(shares.get('oslo')).toMatchObject({ representations: [a, c], places: [[0, 2, 4], [3]] });
  expect(shares.get('bergen')).toMatchObject({ representations: [b], places: [[1]] });
});

it('keeps representations of one id apart when they hold different fields', () => {
  const { shares } = splitEntities([{ __typename: 'Book', id: 'oslo.book.1', pages: 1 }, { __typename: 'Book', id: 'oslo.book.1', pages: 2 }], ownerByIdPrefix);
  expect(shares.get('oslo')!.representations).toHaveLength(2);
});
