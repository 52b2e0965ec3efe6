// Pages over many Sites: how long one takes, and how many bytes come from the Sites for each byte to the client.
import { parseArgs } from 'node:util';
import { median, quantile } from './measure.js';
import { SimulatedPartition } from './simulated-partition.js';

const { values } = parseArgs({
  options: { sites: { type: 'string', default: '100' }, rows: { type: 'string', default: '100000' }, size: { type: 'string', default: '50' }, pages: { type: 'string', default: '100' }, runs: { type: 'string', default: '3' } },
});
const [sites, rows, size, pages, runs] = [values.sites, values.rows, values.size, values.pages, values.runs].map(Number) as [number, number, number, number, number];
const whole = `query($after: String) { copies(first: ${size}, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
  id appInstanceId appInstanceName phase outcome usable consistency takenAt createdAt verifiedAt bytes storedBytes site { id name health } } } } }`;
const slim = `query($after: String) { copies(first: ${size}, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id bytes } } } }`;

interface Page {
  readonly copies: { readonly edges: readonly unknown[]; readonly pageInfo: { readonly endCursor: string } };
}

await using partition = await SimulatedPartition.start({ count: sites, rowsPerSite: rows / sites, latencyMs: { fastest: 0, slowest: 0 } });
console.log(`pages of ${size} of ${rows} copies over ${sites} Sites, one after the other, ${pages} in each of ${runs} runs; Hub and Sites share this machine\n`);
console.log('                       p50      p95   bytes to the client   bytes from Sites   for each byte to the client   CPU of the Hub with this client, a page');
for (const [name, query] of [['rows as a console shows them', whole], ['id and bytes alone', slim]] as const) {
  const factors: number[] = [];
  await walk(query);
  for (let run = 1; run <= runs; run++) {
    const { durations, bytesToClient, bytesFromSites, cpuMs } = await walk(query);
    factors.push(bytesFromSites / bytesToClient);
    const [p50, p95] = [0.5, 0.95].map((q) => `${quantile(durations, q).toFixed(0)} ms`.padStart(8));
    console.log(`run ${run}           ${p50} ${p95}   ${String(Math.round(bytesToClient / pages)).padStart(19)}   ${String(Math.round(bytesFromSites / pages)).padStart(16)}   ${(bytesFromSites / bytesToClient).toFixed(2).padStart(27)}   ${cpuMs.toFixed(1)} ms`);
  }
  console.log(`${name}: ${median(factors).toFixed(2)}\n`);
}

/** Pages from the newest on, each behind the one before. */
async function walk(query: string): Promise<{ durations: number[]; bytesToClient: number; bytesFromSites: number; cpuMs: number }> {
  const before = await partition.tell();
  const cpuBefore = process.cpuUsage();
  const durations: number[] = [];
  let bytesToClient = 0;
  let after: string | null = null;
  for (let number = 0; number < pages; number++) {
    const answer = await partition.ask(query, { after });
    if (answer.body.errors) throw new Error(JSON.stringify(answer.body.errors.slice(0, 3)));
    const { edges, pageInfo } = (answer.body.data as unknown as Page).copies;
    if (edges.length !== size) throw new Error(`a page of ${edges.length} rows`);
    durations.push(answer.ms);
    // `extensions.sites` tells of every Site and is no part of the page.
    bytesToClient += Buffer.byteLength(JSON.stringify({ data: answer.body.data }));
    after = pageInfo.endCursor;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuMs: (user + system) / 1_000 / pages, durations: durations.toSorted((a, b) => a - b), bytesToClient, bytesFromSites: (await partition.tell()) - before };
}
