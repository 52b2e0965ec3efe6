// The Hub of the benchmark of events, in a process of its own, so that its processor time and memory are its own.
import { createLogger } from '@ocopea/edge';
import { HttpSubgraph, startGateway, type SiteRegistry } from '@ocopea/gateway';
import { eventNotesSdl, eventSiteSdl } from './event-schema.js';

interface Input {
  readonly urls: readonly string[];
  readonly notesUrl: string;
  /** Each client is somebody else, so that nothing is shared between them. */
  readonly isUnshared: boolean;
}

const { urls, notesUrl, isUnshared } = JSON.parse(process.argv[2]!) as Input;
const sites = urls.map((url, index) => ({ id: ['east', 'west'][index]!, url, sdl: eventSiteSdl }));
const registry: SiteRegistry = { sites: () => sites, onChange: () => () => {}, rememberSdl: () => Promise.resolve(), observe: () => {} };
let clients = 0;
const gateway = await startGateway({
  port: 0,
  ordinary: [new HttpSubgraph({ name: 'notes', url: notesUrl, sdl: eventNotesSdl })],
  partitioned: { name: 'site', baseSdl: eventSiteSdl, registry, localMembers: [] },
  newsOnly: ['progress'],
  hubToken: () => 'simulated',
  authenticate: () => Promise.resolve({ kind: 'administrator', name: isUnshared ? `client ${++clients}` : 'admin' }),
  limits: { connections: 10_000 },
  ready: () => ({ ready: true, missing: [] }),
  log: createLogger({ name: 'hub', level: 'error' }),
});
// The benchmark has ended, however it did.
process.on('disconnect', () => process.exit());
process.on('message', () => {
  global.gc?.();
  process.send?.({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() });
});
process.send?.({ url: gateway.url, port: gateway.port });
