// A list over many Sites of different latencies: how much the Hub adds to its slowest Site, and what dead Sites cost.
import { parseArgs } from 'node:util';
import { quantile } from './measure.js';
import { SimulatedPartition } from './simulated-partition.js';

const { values } = parseArgs({
  options: { sites: { type: 'string', default: '100' }, requests: { type: 'string', default: '150' }, slowest: { type: 'string', default: '150' }, runs: { type: 'string', default: '3' } },
});
const [sites, requests, slowest, runs] = [values.sites, values.requests, values.slowest, values.runs].map(Number) as [number, number, number, number];
const list = '{ brokers { id kind name } }';
const page = '{ copies(first: 20) { edges { node { id appInstanceName bytes createdAt } } } }';

await using partition = await SimulatedPartition.start({ count: sites, rowsPerSite: 100, latencyMs: { fastest: 5, slowest } });
const slowestUrl = `${partition.siteUrls.at(-1)!}/graphql`;
const ms = (figure: number): string => `${figure.toFixed(0)} ms`.padStart(8);

/** Sorted durations of so many requests, so many at a time. */
async function durations(query: string, concurrency: number, url?: string): Promise<number[]> {
  const all: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async (_, client) => {
      while (next++ < requests) all.push((await partition.ask(query, {}, `client-${client}`, url)).ms);
    }),
  );
  return all.toSorted((a, b) => a - b);
}

const summary = (sorted: readonly number[]): string => [0.5, 0.95, 1].map((q) => ms(quantile(sorted, q))).join(' ');

console.log(`${sites} Sites of 5 to ${slowest} ms on loopback, ${requests} requests in each of ${runs} runs; Hub and Sites share this machine\n`);
console.log('                                          p50      p95      max   p95 over that of the slowest Site alone, CPU of the Hub with this client');
for (let run = 1; run <= runs; run++) {
  await durations(list, 4);
  const alone = await durations(list, 1, slowestUrl);
  console.log(`run ${run}: the slowest Site alone          ${summary(alone)}`);
  for (const [name, query, concurrency] of [['a list', list, 1], ['a list, 4 at a time', list, 4], ['a page of 20 (two rounds)', page, 1]] as const) {
    const cpuBefore = process.cpuUsage();
    const sorted = await durations(query, concurrency);
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuMs = ((user + system) / 1_000 / requests).toFixed(1);
    console.log(`       ${name.padEnd(30)}   ${summary(sorted)}   +${ms(quantile(sorted, 0.95) - quantile(alone, 0.95)).trim()}, CPU ${cpuMs} ms a request`);
  }
}

const dead = { close: [10, 30, 50], hang: [70, 90] };
await partition.tell(dead);
const first = await partition.ask(list);
const missing = first.body.errors?.map(({ extensions }) => `${extensions.site} ${extensions.code}`);
console.log(`\nfive Sites die (three closed ports, two hung sockets): the first list takes ${ms(first.ms).trim()} and lacks ${missing?.join(', ')}`);
const later = await durations(list, 1);
console.log(`the next ${requests} lists:                      ${summary(later)}`);
