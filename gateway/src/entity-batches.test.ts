import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { SiteReport } from '@ocopea/partition';
import { expect, it } from 'vitest';
import { EntityBatches } from './entity-batches.js';

type Answer = Awaited<ReturnType<GraphQLDataSource['process']>>;

const ENTITIES = 'query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Copy { pinned } } }';

/** Answers each representation with itself, except those whose id it does not know. */
class EchoSource implements GraphQLDataSource {
  readonly asked: string[][] = [];

  process({ request, context }: GraphQLDataSourceProcessOptions): Promise<Answer> {
    const ids = (request.variables!['representations'] as { id: string }[]).map(({ id }) => id);
    this.asked.push(ids);
    (context as unknown as { siteReport: SiteReport }).siteReport.answered('east', 3);
    const errors = ids.flatMap((id, index) => (id === 'gone' ? [{ message: 'gone', path: ['_entities', index, 'pinned'], extensions: {} }] : []));
    return Promise.resolve({ data: { _entities: ids.map((id) => (id === 'gone' ? null : { id, tags: [] })) }, ...(errors.length > 0 ? { errors } : {}) } as unknown as Answer);
  }
}

function asking(source: EntityBatches, ids: readonly string[], query = ENTITIES) {
  const siteReport = new SiteReport();
  const options = { request: { query, variables: { representations: ids.map((id) => ({ __typename: 'Copy', id })) } }, context: { siteReport } };
  return { siteReport, answer: source.process(options as unknown as GraphQLDataSourceProcessOptions) };
}

it('sends what is asked at the same time once, and gives everybody the share that was asked for', async () => {
  const echo = new EchoSource();
  const source = new EntityBatches(echo);
  const [first, second, other] = [asking(source, ['a', 'b']), asking(source, ['b', 'gone', 'b']), asking(source, ['a'], `${ENTITIES} `)];
  expect((await first.answer).data).toEqual({ _entities: [{ id: 'a', tags: [] }, { id: 'b', tags: [] }] });
  expect(await second.answer).toMatchObject({
    data: { _entities: [{ id: 'b' }, null, { id: 'b' }] },
    errors: [{ message: 'gone', path: ['_entities', 1, 'pinned'] }],
  });
  expect((await first.answer).errors).toBeUndefined();
  await other.answer;
  expect(echo.asked).toEqual([['a', 'b', 'gone'], ['a']]);
  expect([first, second].map(({ siteReport }) => siteReport.entries())).toMatchObject([[{ id: 'east' }], [{ id: 'east' }]]);
});

it('gives each its own objects: what one changes is not changed for another', async () => {
  const source = new EntityBatches(new EchoSource());
  const [first, second] = [asking(source, ['a']), asking(source, ['a'])];
  const entityOf = ({ data }: Answer) => (data!['_entities'] as { tags: string[] }[])[0]!;
  entityOf(await first.answer).tags.push('changed');
  expect(entityOf(await second.answer).tags).toEqual([]);
});

it('asks anew for what is asked later, and tells everybody who waits of a failure', async () => {
  const echo = new EchoSource();
  const source = new EntityBatches(echo);
  await asking(source, ['a']).answer;
  await asking(source, ['a']).answer;
  expect(echo.asked).toHaveLength(2);
  echo.process = () => Promise.reject(new Error('away'));
  await Promise.all([asking(source, ['a']), asking(source, ['b'])].map(({ answer }) => expect(answer).rejects.toThrow('away')));
});
