// Whether the memory of the gateway stays flat over a great many requests of many different documents.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Catalogue, catalogueRequest, checkCatalogueAnswer } from './catalogue.js';
import type { MemoryFigures } from './gateway-memory-program.js';
import { load } from './load.js';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '1000000' }, documents: { type: 'string', default: '10000' }, every: { type: 'string' }, connections: { type: 'string', default: '8' } },
});
const [requests, documents, connections] = [values.requests, values.documents, values.connections].map(Number) as [number, number, number];
const every = Number(values.every ?? requests / 10);

const folder = await mkdtemp(join(tmpdir(), 'ocopea-bench-memory-'));
using catalogue = await Catalogue.start();
const file = join(folder, 'supergraph.graphql');
await writeFile(file, catalogue.supergraphSdl);
// The modules of `ocopea hub --supergraph FILE --no-auth`, in a process that also collects garbage and tells its memory when asked.
const gateway = fork(fileURLToPath(new URL('gateway-memory-program.js', import.meta.url)), [file], { execArgv: ['--expose-gc'] });
const [{ url }] = (await once(gateway, 'message')) as [{ url: string }];
console.log(`${requests} requests of ${documents} different documents, ${connections} connections; memory after a garbage collection\n`);
console.log(' requests     heap   outside of it   resident    (MB)');
const figures: MemoryFigures[] = [];
const tell = async (done: number): Promise<void> => {
  gateway.send('tell');
  const [told] = (await once(gateway, 'message')) as [MemoryFigures];
  if (done > 0) figures.push(told);
  const [heap, external, rss] = [told.heapUsed, told.external, told.rss].map((bytes) => (bytes / 1e6).toFixed(1).padStart(9));
  console.log(`${String(done).padStart(9)}${heap}       ${external}  ${rss}`);
};
await tell(0);
for (let done = 0; done < requests; done += every) {
  const request = (number: number) => catalogueRequest(done + number, documents);
  await load({
    url,
    requests: Math.min(every, requests - done),
    connections,
    body: (number) => JSON.stringify(request(number)),
    check: (text, number) => number % 1_000 === 0 && checkCatalogueAnswer(text, request(number)),
  });
  await tell(Math.min(done + every, requests));
}
gateway.disconnect();
await once(gateway, 'exit');
await rm(folder, { recursive: true, force: true });

// The first measurement has the caches full, so what comes after is growth.
const [first, last] = [figures[0]!, figures.at(-1)!];
const growth = (kind: keyof MemoryFigures): string => `${(((last[kind] - first[kind]) / first[kind]) * 100).toFixed(1)} %`;
console.log(`\nfrom the first to the last tenth: heap ${growth('heapUsed')}, resident ${growth('rss')}`);
