import { parse, print, type GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { CompiledPlanExecutor } from './executor/compiled-plan-executor.js';
import type { GraphResult } from './graph-request.js';
import { StockPlanExecutor } from './stock-plan-executor.js';
import { CorpusGraph } from './testing/corpus/corpus-graph.js';
import type { CorpusCase } from './testing/corpus/corpus-case.js';
import { corpus } from './testing/corpus/index.js';
import { interfaceObjectUnresolvable } from './testing/corpus/interface-object-unresolvable.js';
import { interfaceObjects } from './testing/corpus/interface-objects.js';
import { interfaceObjectsAround } from './testing/corpus/interface-objects-around.js';
import { interfacesApart } from './testing/corpus/interfaces-apart.js';
import { unionsApart } from './testing/corpus/unions-apart.js';
import { partOf, shapedBy, withTypenames } from './testing/fuzz/answer-shape.js';
import { knownValues } from './testing/fuzz/known-values.js';
import { randomOperation } from './testing/fuzz/random-operation.js';
import { SeededRandom } from './testing/fuzz/seeded-random.js';

// More of them, or others: FUZZ_OPERATIONS=2000 FUZZ_SEED=7 npx vitest run gateway/src/federation-fuzz.test.ts
const operations = Number(process.env['FUZZ_OPERATIONS'] ?? 25);
const firstSeed = Number(process.env['FUZZ_SEED'] ?? 1);
const seeds = Array.from({ length: operations }, (_, index) => firstSeed + index);

/** There the stock executor takes an interface's name for the type of an object, and nulls what it then does not know. */
const stockIsWrong: ReadonlySet<string> = new Set([interfaceObjects.title, interfaceObjectsAround.title, interfaceObjectUnresolvable.title]);

/** There two subgraphs give different values for what they share, so that an answer depends on whom the plan asks. */
const isDisagreed: ReadonlySet<string> = new Set([interfacesApart.title, unionsApart.title]);

/** Milliseconds; for thousands of operations. */
const timeout = 600_000;

const titled = (cases: readonly CorpusCase[]) => cases.map((each) => [each.title, each] as const);
const ourGraph = (corpusCase: CorpusCase): CorpusGraph => new CorpusGraph(corpusCase, (graph) => new CompiledPlanExecutor(graph));

describe.each(titled(corpus.filter(({ title }) => !stockIsWrong.has(title))))('random operations on the graph of "%s", by two executors,', (_title, corpusCase) => {
  const ours = ourGraph(corpusCase);
  const stock = new CorpusGraph(corpusCase, (graph) => new StockPlanExecutor(graph));
  const values = knownValues(corpusCase);

  it('have the same answers', { timeout }, async () => {
    for (const seed of seeds) {
      const { query, variables } = randomOperation(ours.apiSchema, values, new SeededRandom(seed));
      // Without `__typename` the stock executor does not always know what a fragment fits.
      const operation = { query: print(withTypenames(query)), variables };
      const [answer, expected] = [await ours.ask(operation), await stock.ask(operation)];
      const about = `seed ${seed}: ${query} ${JSON.stringify(variables)}`;
      // The stock executor's order of fields is not always that of the specification.
      expect(answer.data, about).toEqual(expected.data);
      const found = new Set(placesOf(answer));
      for (const place of placesOf(expected)) expect(found, about).toContain(place);
    }
  });
});

describe.each(titled(corpus))('random operations on the graph of "%s"', (_title, corpusCase) => {
  const ours = ourGraph(corpusCase);
  const values = knownValues(corpusCase);

  it('have the shape and order that the specification asks for, and a null at each error', { timeout }, async () => {
    for (const seed of seeds) {
      const { query, variables } = randomOperation(ours.apiSchema, values, new SeededRandom(seed));
      const document = withTypenames(query);
      const { data, errors = [] } = await ours.ask({ query: print(document), variables });
      if (data === undefined || data === null) continue;
      const about = `seed ${seed}: ${query} ${JSON.stringify(variables)}`;
      const shaped = shapedBy(ours.apiSchema, document, variables, data);
      expect(shaped.errors, about).toBeUndefined();
      expect(JSON.stringify(data), about).toBe(JSON.stringify(shaped.data));
      for (const { path = [], message } of errors) expect(hasNull(valueAt(data, path)), `${about}: ${message} ${path.join('.')} ${JSON.stringify(data)}`).toBe(true);
      if (errors.length > 0) continue;
      const plain = await ours.ask({ query, variables });
      expect(JSON.stringify(plain.data), about).toBe(JSON.stringify(shapedBy(ours.apiSchema, parse(query), variables, data).data));
    }
  });
});

describe.each(titled(corpus.filter(({ title }) => !isDisagreed.has(title))))('random operations on the graph of "%s", in parts,', (_title, corpusCase) => {
  const ours = ourGraph(corpusCase);
  const values = knownValues(corpusCase);

  it('have the answers that they have as a whole', { timeout }, async () => {
    for (const seed of seeds) {
      const random = new SeededRandom(seed);
      const { query, variables } = randomOperation(ours.apiSchema, values, random);
      const document = withTypenames(query);
      const whole = await ours.ask({ query: print(document), variables });
      // An error may cost an object more than the field that is asked for.
      if (whole.errors || !whole.data) continue;
      const part = partOf(document, random);
      const answer = await ours.ask({ query: print(part), variables });
      const about = `seed ${seed}: ${print(part)} of ${query} ${JSON.stringify(variables)}`;
      expect(answer.errors, about).toBeUndefined();
      expect(answer.data, about).toEqual(shapedBy(ours.apiSchema, part, variables, whole.data).data);
    }
  });
});

/** Of errors that are about what was asked: the stock executor also tells of what the plan fetched beside it, and of values that are only hidden. */
function placesOf({ data, errors = [] }: GraphResult): readonly string[] {
  const isAsked = ({ path = [], extensions }: GraphQLError): boolean => extensions['code'] !== 'INVALID_GRAPHQL' && !path.includes('@') && valueAt(data, path) !== undefined;
  return errors.filter(isAsked).map(({ path = [] }) => path.join('.'));
}

/** Of an error at an object, a field of it is null. */
function hasNull(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.values(value as object).includes(null));
}

/** `null` also when an object above is null. */
function valueAt(data: unknown, path: readonly (string | number)[]): unknown {
  let value = data;
  for (const step of path) {
    if (value === null || value === undefined) return value;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}
