// CPU of executing one plan: our own executor against that of @apollo/gateway, on the same plans and answers, in alternating rounds.
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { ComposedGraph, CompiledPlanExecutor, OperationCache, StockPlanExecutor, type PlanCall, type PlanExecutor, type PreparedOperation } from '@ocopea/gateway';
import { SiteReport } from '@ocopea/partition';
import { parse } from 'graphql';
import { median } from './measure.js';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '20' }, rounds: { type: 'string', default: '9' }, requests: { type: 'string', default: '400' } } });
const rows = Number(values.rows);
const rounds = Number(values.rounds);
const requests = Number(values.requests);

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])';
const subgraphs = {
  copies: `${link} type Query { copies(after: Int): [Copy!]! } type Copy @key(fields: "id") { id: ID! bytes: Float! takenAt: String! phase: Phase! site: Site! parts: [Part!]! } type Site @key(fields: "id") { id: ID! } type Part { name: String! bytes: Float! } enum Phase { RUNNING DONE }`,
  catalogue: `${link} type Copy @key(fields: "id") { id: ID! name: String note: String tags: [String!]! } type Site @key(fields: "id") { id: ID! state: String }`,
};

/** The bytes that the subgraphs answer with, made beforehand for several pages: parsing them is part of what is measured, making them is not. */
const pages = Array.from({ length: 16 }, (_, page) => {
  const ids = Array.from({ length: rows }, (_unused, row) => `east.copy.${page * rows + row}`);
  const copies = ids.map((id, row) => ({
    __typename: 'Copy',
    id,
    bytes: row * 1e6,
    takenAt: '2026-01-01T00:00:00.000Z',
    phase: row % 5 === 0 ? 'RUNNING' : 'DONE',
    site: { __typename: 'Site', id: row % 2 === 0 ? 'east' : 'west' },
    parts: [{ name: 'db', bytes: row }, { name: 'files', bytes: row * 2 }],
  }));
  return { copies: JSON.stringify({ copies }), names: new Map(ids.map((id, row) => [id, { name: `name ${row}`, note: null, tags: ['a', 'b'] }])) };
});

const { supergraphSdl, errors } = composeServices(Object.entries(subgraphs).map(([name, sdl]) => ({ name, typeDefs: parse(sdl), url: `http://${name}` })));
if (errors) throw new AggregateError(errors);
const graph = new ComposedGraph(supergraphSdl);
const operation = '{ copies { id bytes takenAt phase name note tags site { id state } parts { name bytes } } }';
// Several operations of one shape, so that nothing is right for a single one only.
const operations = Array.from({ length: 4 }, (_, nth) => prepared(operation.replace('{ copies', `query Page${nth} { copies(after: ${nth})`)));

const executors: Readonly<Record<'own' | 'stock', PlanExecutor>> = { own: new CompiledPlanExecutor(graph), stock: new StockPlanExecutor(graph) };
const answers = await Promise.all(Object.values(executors).map((executor) => answer(executor, 0)));
if (answers[0] !== answers[1]) throw new Error('the executors do not answer the same');

const ratios: number[] = [];
const cpu: Record<'own' | 'stock', number[]> = { own: [], stock: [] };
for (let round = -2; round < rounds; round++) {
  const own = await microseconds(executors.own);
  const stock = await microseconds(executors.stock);
  // The first two warm the code up.
  if (round < 0) continue;
  cpu.own.push(own);
  cpu.stock.push(stock);
  ratios.push(own / stock);
}
const sorted = ratios.toSorted((a, b) => a - b);
console.log(`${rows} rows + entity join, ${answers[0]!.length} bytes of answer, ${rounds} rounds of ${requests} requests each; parsing the subgraphs' answers included`);
console.log(`own executor    ${median(cpu.own).toFixed(0)} µs of CPU per request`);
console.log(`@apollo/gateway ${median(cpu.stock).toFixed(0)} µs of CPU per request`);
console.log(`ratio           ${median(ratios).toFixed(2)} (${sorted[0]!.toFixed(2)} to ${sorted.at(-1)!.toFixed(2)})`);

async function microseconds(executor: PlanExecutor): Promise<number> {
  const before = process.cpuUsage();
  for (let request = 0; request < requests; request++) await answer(executor, request);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

async function answer(executor: PlanExecutor, request: number): Promise<string> {
  const page = pages[request % pages.length]!;
  const dataSources: PlanCall['dataSources'] = new Map([
    ['copies', { process: () => Promise.resolve({ data: JSON.parse(page.copies) }) }],
    [
      'catalogue',
      {
        process: (call: { readonly request: { readonly variables?: Record<string, unknown> } }) => {
          const representations = call.request.variables!['representations'] as { __typename: string; id: string }[];
          const text = JSON.stringify({ _entities: representations.map(({ __typename, id }) => (__typename === 'Copy' ? page.names.get(id) : { state: `state of ${id}` })) });
          return Promise.resolve({ data: JSON.parse(text) });
        },
      },
    ],
  ]);
  const context = { principal: { kind: 'administrator', name: 'bench' }, signal: new AbortController().signal, siteReport: new SiteReport() } as const;
  const result = await executor.execute({ prepared: operations[request % operations.length]!, variables: {}, dataSources, context });
  if (result.errors) throw new AggregateError(result.errors);
  return JSON.stringify(result.data);
}

function prepared(source: string): PreparedOperation {
  const found = new OperationCache({ graph }).prepare(parse(source), undefined);
  if (!('plan' in found)) throw new AggregateError(found);
  return found;
}
