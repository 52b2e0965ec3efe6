// What a query costs at the gateway: 20 rows and an entity join over two HTTP subgraphs. Ours, other gateways, and the join by hand.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Catalogue, catalogueRequest, checkCatalogueAnswer } from './catalogue.js';
import { GatewaySide } from './gateway-side.js';
import { gatewaySides } from './gateway-sides.js';
import { load } from './load.js';
import { median } from './measure.js';
import { ensurePeers } from './peers.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    requests: { type: 'string', default: '1500' },
    connections: { type: 'string', default: '4' },
    documents: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
    profile: { type: 'string' },
  },
});
const [rounds, requests, connections, documents] = [values.rounds, values.requests, values.connections, values.documents].map(Number) as [number, number, number, number];

interface Figures {
  readonly side: GatewaySide;
  /** Milliseconds of CPU for each request, by round. */
  readonly cpu: number[];
  readonly rate: number[];
}

const withoutPeers = ensurePeers();
if (withoutPeers !== undefined) console.log(`other gateways: ${withoutPeers}`);
const folder = await mkdtemp(join(tmpdir(), 'ocopea-bench-gateway-'));
using catalogue = await Catalogue.start();
const started: GatewaySide[] = [];
const measured: Figures[] = [];
let answerBytes = 0;
let sent = 0;

for (const options of await gatewaySides(catalogue, folder, values.profile)) {
  if (values.only !== '' && !values.only.split(',').includes(options.name)) continue;
  try {
    const side = await GatewaySide.start(options);
    started.push(side);
    // Warm: compiled by the engine, documents planned, connections open.
    answerBytes = (await run(side, requests)).bytes;
    measured.push({ side, cpu: [], rate: [] });
  } catch (error) {
    console.log(`${options.name}: could not be measured: ${(error as Error).message}`);
  }
}

console.log(`\n${rounds} rounds of ${requests} requests each, in turn; ${connections} connections, ${documents} documents, never the same variables; an answer has ${answerBytes} bytes\n`);
for (let round = 0; round < rounds; round++) {
  // Each round begins with another side: noise and order hit all alike.
  for (let turn = 0; turn < measured.length; turn++) {
    const { side, cpu, rate } = measured[(round + turn) % measured.length]!;
    const before = await side.cpuSeconds();
    const { seconds } = await run(side, requests);
    cpu.push((((await side.cpuSeconds()) - before) * 1000) / requests);
    rate.push(requests / seconds);
  }
}

console.log('                     CPU of a request, ms           requests/s     CPU as a share of');
console.log('                     median  (least to most)            median     stock Apollo       Hive at its best');
const stock = measured.find(({ side }) => side.name === 'stock Apollo');
const hive = measured.filter(({ side }) => side.name.startsWith('Hive')).toSorted((a, b) => median(a.cpu) - median(b.cpu))[0];
for (const { side, cpu, rate } of measured) {
  const spread = `${median(cpu).toFixed(2)}  (${Math.min(...cpu).toFixed(2)} to ${Math.max(...cpu).toFixed(2)})`;
  console.log(`${side.name.padEnd(20)} ${spread.padEnd(26)} ${median(rate).toFixed(0).padStart(12)}     ${share(cpu, stock?.cpu).padEnd(18)} ${share(cpu, hive?.cpu)}`);
}
await Promise.all(started.map((side) => side[Symbol.asyncDispose]()));
await rm(folder, { recursive: true, force: true });

function run(side: GatewaySide, count: number): ReturnType<typeof load> {
  const first = sent;
  sent += count;
  const request = (number: number) => catalogueRequest(first + number, documents);
  return load({
    url: side.url,
    requests: count,
    connections,
    body: (number) => JSON.stringify(request(number)),
    // Every answer of the first documents, and one of a hundred after: the client must not be what is measured.
    check: (text, number) => (first + number < documents || number % 100 === 0) && checkCatalogueAnswer(text, request(number)),
  });
}

/** Round by round, so that what slows the machine down slows both. */
function share(of: readonly number[], to: readonly number[] | undefined): string {
  if (to === undefined) return '-';
  const ratios = of.map((figure, round) => figure / to[round]!);
  return `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)})`;
}
