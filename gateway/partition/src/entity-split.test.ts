import { expect, it } from 'vitest';
import { splitEntities } from './entity-split.js';
import { ownerByIdPrefix } from './owner-of.js';

const KEYS = new Map([
  ['Book', [{ fields: 'id', idPaths: [['id']] }]],
  ['Loan', [{ fields: 'number book { id }', idPaths: [['book', 'id']] }, { fields: 'code', idPaths: [['code']] }]],
]);

it('gives each representation to its owner, once, and remembers every place', () => {
  const [a, b, c] = ['oslo.book.1', 'bergen.book.1', 'oslo.book.2'].map((id) => ({ __typename: 'Book', id }));
  const { shares, count } = splitEntities([a, b, { ...a }, c, { ...a }], KEYS, ownerByIdPrefix);
  expect(count).toBe(5);
  expect(shares.get('oslo')).toMatchObject({ representations: [a, c], places: [[0, 2, 4], [3]] });
  expect(shares.get('bergen')).toMatchObject({ representations: [b], places: [[1]] });
});

it('keeps representations of one id apart when they hold different fields', () => {
  const { shares } = splitEntities([{ __typename: 'Book', id: 'oslo.book.1', pages: 1 }, { __typename: 'Book', id: 'oslo.book.1', pages: 2 }], KEYS, ownerByIdPrefix);
  expect(shares.get('oslo')!.representations).toHaveLength(2);
});

it('finds the owner by any key: by an id of another name, and by that of something the entity belongs to', () => {
  const [byBook, byCode, byNothing] = [{ number: 1, book: { id: 'oslo.book.1' } }, { code: 'bergen.loan.1' }, { number: 1, id: 'oslo.x' }].map((key) => ({ __typename: 'Loan', ...key }));
  const { shares } = splitEntities([byBook, byCode, byNothing], KEYS, ownerByIdPrefix);
  expect([...shares].map(([owner, { representations }]) => [owner, representations])).toEqual([['oslo', [byBook]], ['bergen', [byCode]], [undefined, [byNothing]]]);
});
