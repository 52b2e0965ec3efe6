// Events through the Hub while connections break at random on both ways: is every event there, once and in its order?
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { OcopeaClient } from '@ocopea/sdk';
import { CuttingProxy } from '@ocopea/test-support';
import { parse } from 'graphql';
import { joinedProgress } from './event-schema.js';
import type { EventSitesCommand } from './event-sites-program.js';

const { values } = parseArgs({ options: { events: { type: 'string', default: '10000' }, cuts: { type: 'string', default: '200' }, seconds: { type: 'string', default: '20' }, clients: { type: 'string', default: '5' } } });
const [events, cuts, seconds, clientCount] = [values.events, values.cuts, values.seconds, values.clients].map(Number) as [number, number, number, number];

interface Event {
  readonly progress: { readonly cursor: string; readonly bytesDone: number; readonly copy: { readonly id: string } };
}
const document = parse(joinedProgress);

const program = (name: string) => fileURLToPath(new URL(`${name}.js`, import.meta.url));
const sites = fork(program('event-sites-program'));
const [{ urls, notesUrl }] = (await once(sites, 'message')) as [{ urls: string[]; notesUrl: string }];
const toSites = await Promise.all(urls.map((url) => CuttingProxy.start(Number(new URL(url).port))));
const hub = fork(program('event-hub-program'), [JSON.stringify({ urls: toSites.map(({ url }) => url), notesUrl, isUnshared: false })]);
const [{ port }] = (await once(hub, 'message')) as [{ port: number }];

/** What one client got: the number of each event of each Site, in order of arrival. */
interface Recorded {
  readonly proxy: CuttingProxy;
  readonly client: OcopeaClient;
  readonly got: Record<string, number[]>;
  total: number;
}

const stopped = new AbortController();
const begin = Buffer.from('{"east":"0","west":"0"}').toString('base64url');
let wake = (): void => {};

async function record(): Promise<Recorded> {
  const proxy = await CuttingProxy.start(port);
  const recorded: Recorded = { proxy, client: new OcopeaClient({ url: proxy.url, token: 'x' }), got: { east: [], west: [] }, total: 0 };
  void (async () => {
    for await (const { progress } of recorded.client.subscribe<Event, { after: string }>(document as never, { after: begin }, { signal: stopped.signal })) {
      recorded.got[progress.copy.id.split('.', 1)[0]!]!.push(progress.bytesDone / 1_024);
      recorded.total++;
      wake();
    }
  })();
  return recorded;
}

const clients = await Promise.all(Array.from({ length: clientCount }, record));
sites.send({ kind: 'stream', perSecond: events / seconds, seconds } satisfies EventSitesCommand);
const ways = [...toSites, ...clients.map(({ proxy }) => proxy)];
for (let cut = 0; cut < cuts; cut++) {
  await new Promise((resolve) => setTimeout(resolve, (Math.random() * 2 * seconds * 1_000) / cuts));
  ways[Math.floor(Math.random() * ways.length)]!.cut();
}
const deadline = setTimeout(() => wake(), 60_000);
const began = performance.now();
while (clients.some(({ total }) => total < events) && performance.now() - began < 60_000) await new Promise<void>((resolve) => (wake = resolve));
clearTimeout(deadline);

const wanted = Array.from({ length: events / urls.length }, (_, index) => index + 1);
const lackingIn = (numbers: readonly number[]): number => {
  const there = new Set(numbers);
  return wanted.filter((number) => !there.has(number)).length;
};
const sumOf = (figures: readonly number[]): number => figures.reduce((sum, figure) => sum + figure, 0);
let isWhole = true;
for (const [index, { got, proxy, total }] of clients.entries()) {
  const all = Object.values(got);
  const lost = sumOf(all.map(lackingIn));
  const twice = sumOf(all.map((numbers) => numbers.length - new Set(numbers).size));
  const disordered = sumOf(all.map((numbers) => numbers.filter((number, place) => place > 0 && number <= numbers[place - 1]!).length));
  isWhole &&= lost + twice + disordered === 0;
  console.log(`client ${index + 1}: ${total} of ${events} events over ${proxy.taken} connections; ${lost} lost, ${twice} twice, ${disordered} out of order`);
}
console.log(`${cuts} cuts; the Hub had ${toSites.map(({ taken }) => taken).join(' and ')} connections to its Sites`);
stopped.abort();
for (const child of [hub, sites]) child.kill();
process.exit(isWhole ? 0 : 1);
