// Events through the Hub with an entity join, and many clients of one stream, against the same without sharing.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { joinedProgress, plainProgress } from './event-schema.js';
import type { EventSitesCommand } from './event-sites-program.js';
import { megabytes, median } from './measure.js';

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '1000,5000' },
    seconds: { type: 'string', default: '4' },
    clients: { type: 'string', default: '2000' },
    runs: { type: 'string', default: '3' },
    profile: { type: 'string' },
  },
});
const rates = values.rate.split(',').map(Number);
const [seconds, clientCount, runs] = [values.seconds, values.clients, values.runs].map(Number) as [number, number, number];

interface Counts {
  readonly open: readonly number[];
  readonly taken: readonly number[];
  readonly entityFetches: number;
}

interface HubFigures {
  readonly rss: number;
  readonly cpu: NodeJS.CpuUsage;
}

const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
const program = (name: string) => fileURLToPath(new URL(`${name}.js`, import.meta.url));
const answerOf = async <T>(child: ChildProcess): Promise<T> => (await once(child, 'message'))[0] as T;

const sites = fork(program('event-sites-program'));
const addresses = await answerOf<{ urls: string[]; notesUrl: string }>(sites);

async function startHub(isUnshared: boolean): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(program('event-hub-program'), [JSON.stringify({ ...addresses, isUnshared })], { execArgv: ['--expose-gc', ...profiling] });
  const { url } = await answerOf<{ url: string }>(child);
  return { child, url };
}

/** It exits by itself, so that it can write its profile. */
async function stopped(child: ChildProcess): Promise<void> {
  child.disconnect();
  await once(child, 'exit');
}

async function ask<T>(child: ChildProcess, command: EventSitesCommand | 'figures'): Promise<T> {
  const answer = answerOf<T>(child);
  child.send(command);
  return answer;
}

/** A subscriber that reads as little as it must. */
class Listener {
  received = 0;
  /** Milliseconds from an event to its arrival here. */
  readonly latencies: number[] = [];
  #wake = (): void => {};

  private constructor(
    private readonly socket: WebSocket,
    private readonly isTimed: boolean,
  ) {
    socket.on('message', (data: Buffer) => this.#got(data));
  }

  static async open(url: string, query: string, isTimed: boolean): Promise<Listener> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { perMessageDeflate: false });
    socket.on('error', (error) => {
      throw error;
    });
    await once(socket, 'open');
    const acknowledged = once(socket, 'message');
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer x"}}');
    await acknowledged;
    const listener = new Listener(socket, isTimed);
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    return listener;
  }

  async until(count: number): Promise<void> {
    while (this.received < count) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  close(): void {
    this.socket.terminate();
  }

  #got(data: Buffer): void {
    if (this.isTimed) {
      const { payload } = JSON.parse(String(data)) as { payload: { data: { progress: { at: number } } | null; errors?: unknown } };
      if (!payload.data) {
        console.error(`the Hub could not follow; give a lower --rate: ${JSON.stringify(payload)}`);
        process.exit(1);
      }
      this.latencies.push(performance.timeOrigin + performance.now() - payload.data.progress.at);
    }
    this.received++;
    this.#wake();
  }
}

const percentile = (figures: readonly number[], share: number) => figures.toSorted((a, b) => a - b)[Math.ceil(figures.length * share) - 1]!;
const cpuSecondsOf = (before: HubFigures, after: HubFigures) => (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1e6;

/** Resolves when nothing more is opened or closed at the Sites. */
async function openUpstreams(isEnough: (open: readonly number[]) => boolean): Promise<Counts> {
  for (;;) {
    const counts = await ask<Counts>(sites, { kind: 'count' });
    if (isEnough(counts.open)) return counts;
  }
}

async function stream(perSecond: number, forSeconds: number, listeners: readonly Listener[]): Promise<void> {
  const wanted = listeners.map((listener) => listener.received + perSecond * forSeconds);
  sites.send({ kind: 'stream', perSecond, seconds: forSeconds } satisfies EventSitesCommand);
  await once(sites, 'message');
  await Promise.all(listeners.map((listener, index) => listener.until(wanted[index]!)));
}

async function oneClient(): Promise<void> {
  const { child, url } = await startHub(false);
  const listener = await Listener.open(url, joinedProgress, true);
  const direct = await Promise.all(addresses.urls.map((each) => Listener.open(each, plainProgress, true)));
  await openUpstreams((open) => open.every((count) => count === 2));
  await stream(1_000, 2, [listener]);
  console.log(`one client, each event joined with the other subgraph over HTTP; ${runs} runs at each rate`);
  for (const rate of rates) {
    const perCpuSecond: number[] = [];
    let perFetch = 0;
    for (const each of [listener, ...direct]) each.latencies.length = 0;
    for (let run = 0; run < runs; run++) {
      const [counts, before] = [await ask<Counts>(sites, { kind: 'count' }), await ask<HubFigures>(child, 'figures')];
      await stream(rate, seconds, [listener]);
      const [after, { entityFetches }] = [await ask<HubFigures>(child, 'figures'), await ask<Counts>(sites, { kind: 'count' })];
      perCpuSecond.push((rate * seconds) / cpuSecondsOf(before, after));
      perFetch = (rate * seconds) / (entityFetches - counts.entityFetches);
    }
    const [least, most] = [Math.min(...perCpuSecond), Math.max(...perCpuSecond)];
    console.log(`  ${rate}/s: ${median(perCpuSecond).toFixed(0)} events per CPU-second of the Hub (${least.toFixed(0)} to ${most.toFixed(0)}; to reach: 5000), ${perFetch.toFixed(1)} events per fetch of entities`);
    const [through, past] = [listener.latencies, direct.flatMap(({ latencies }) => latencies)];
    for (const share of [0.5, 0.95, 0.99]) {
      const [a, b] = [percentile(through, share), percentile(past, share)];
      console.log(`    p${share * 100}: ${a.toFixed(1)} ms through the Hub, ${b.toFixed(1)} ms from the Site, ${(a - b).toFixed(1)} ms added${share === 0.95 ? ' (to reach: 50)' : ''}`);
    }
  }
  for (const each of [listener, ...direct]) each.close();
  await stopped(child);
}

/** Deliveries per second of the Hub's processor, and bytes for each client. */
async function manyClients(isUnshared: boolean): Promise<{ perCpuSecond: number; rss: number; open: readonly number[] }> {
  const { child, url } = await startHub(isUnshared);
  const first = await Listener.open(url, joinedProgress, false);
  await openUpstreams((open) => open.every((count) => count === 1));
  await stream(500, 2, [first]);
  const alone = await ask<HubFigures>(child, 'figures');
  const listeners: Listener[] = [first];
  while (listeners.length < clientCount) listeners.push(...(await Promise.all(Array.from({ length: 50 }, () => Listener.open(url, joinedProgress, false)))));
  const { open } = await openUpstreams((counts) => counts.every((count) => count >= (isUnshared ? listeners.length : 1)));
  await stream(2, 2, listeners);
  const before = await ask<HubFigures>(child, 'figures');
  const perSecond = 4;
  await stream(perSecond, seconds, listeners);
  const after = await ask<HubFigures>(child, 'figures');
  const perCpuSecond = (perSecond * seconds * listeners.length) / cpuSecondsOf(before, after);
  const rss = after.rss - alone.rss;
  console.log(`  ${isUnshared ? 'unshared' : 'shared'}: ${open.join(' and ')} upstreams at the two Sites, ${megabytes(rss)} more for ${listeners.length - 1} clients, ${perCpuSecond.toFixed(0)} deliveries per CPU-second`);
  for (const listener of listeners) listener.close();
  await stopped(child);
  return { perCpuSecond, rss, open };
}

await oneClient();
if (clientCount > 0) {
  console.log(`${clientCount} clients on one stream, a WebSocket each`);
  const shared = await manyClients(false);
  await openUpstreams((open) => open.every((count) => count === 0));
  const unshared = await manyClients(true);
  console.log(`  shared to unshared: memory ${(shared.rss / unshared.rss).toFixed(2)}, deliveries per CPU-second ${(shared.perCpuSecond / unshared.perCpuSecond).toFixed(1)} (to reach: 1 upstream, 300 MB)`);
}
sites.kill();
