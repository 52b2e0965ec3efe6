import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Harbour } from './harbour.js';

const ocopea = fileURLToPath(new URL('../../../cli/bin/ocopea.js', import.meta.url));

let folder: string;
let harbour: Harbour;
let supergraph: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ocopea-supergraph-'));
  harbour = await Harbour.open();
  supergraph = await file('supergraph.graphql', harbour.supergraphSdl);
});
afterAll(async () => {
  await harbour[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('ocopea hub --supergraph', () => {
  it('serves any federated subgraphs without a credential, subscriptions included, and ends at Ctrl-C', async () => {
    const hub = await startHub('--supergraph', supergraph, '--port', '0', '--no-auth');
    expect(await ask(hub.url, '{ ships { name tons } }')).toEqual({ data: { ships: [{ name: 'Anna', tons: 1000 }, { name: 'Bertha', tons: 2000 }] } });

    const client = createClient({ url: `${hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket });
    const events: unknown[] = [];
    for await (const event of client.iterate({ query: 'subscription { arrivals { name tons } }' })) events.push(event);
    expect(events).toEqual([{ data: { arrivals: { name: 'Anna', tons: 1000 } } }, { data: { arrivals: { name: 'Bertha', tons: 2000 } } }]);
    await client.dispose();

    hub.process.kill('SIGINT');
    expect(await hub.ended).toEqual({ code: 0, stderr: '' });
  });

  it("asks for the administrator's token unless told not to", async () => {
    const hub = await startHub('--supergraph', supergraph, '--port', '0');
    expect(await ask(hub.url, '{ ships { name } }')).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    const authorization = `Bearer ${(await readFile(join(folder, 'home', 'admin.token'), 'utf8')).trim()}`;
    expect(await ask(hub.url, '{ ships { name } }', { authorization })).toEqual({ data: { ships: [{ name: 'Anna' }, { name: 'Bertha' }] } });
    hub.process.kill('SIGTERM');
    expect((await hub.ended).code).toBe(0);
  });

  it('says which port is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, stderr } = await run('--supergraph', supergraph, '--port', String(port), '--no-auth').ended;
    expect([code, stderr]).toEqual([1, expect.stringContaining(`port ${port} on 127.0.0.1 is taken by another process; stop that one or choose another port (PORT_IN_USE)`)]);
    holder.close();
  });

  const refusals: [what: string, args: () => Promise<string[]>, code: number, message: RegExp][] = [
    ['a file that is not there', async () => ['--supergraph', '/nowhere/s.graphql'], 1, /the supergraph \/nowhere\/s\.graphql does not exist; .*\(SUPERGRAPH_INVALID\)/],
    ['a file that cannot be opened', async () => ['--supergraph', join(supergraph, 'below')], 1, /cannot be read \(ENOTDIR\); .*\(SUPERGRAPH_INVALID\)/],
    ['a folder', async () => ['--supergraph', folder], 1, /is a folder; .*\(SUPERGRAPH_INVALID\)/],
    ['what is not SDL', async () => ['--supergraph', await file('letter', 'Dear reader')], 1, /is not GraphQL SDL: Syntax Error.*\(SUPERGRAPH_INVALID\)/],
    ['a plain schema', async () => ['--supergraph', await file('plain', 'type Query { a: Int }')], 1, /must be a core schema; .*a schema of one subgraph is none \(SUPERGRAPH_INVALID\)/],
    ['a subgraph without address', async () => ['--supergraph', await file('nowhere', harbour.supergraphSdl.replace(/http:[^"]*/, ''))], 1, /gives subgraph "cargo" the address ""; .*routing URL.*\(SUPERGRAPH_INVALID\)/],
    [
      'rules of access that it would not keep',
      async () => ['--supergraph', await file('closed', harbour.supergraphSdl.replace('schema\n', 'schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)\n'))],
      1,
      /needs what this Hub does not do: https:\/\/specs\.apollo\.dev\/authenticated\/v0\.1 \(for SECURITY\); .*\(NOT_SUPPORTED\)/,
    ],
    [
      'fields that are spread over Sites',
      async () => ['--supergraph', fileURLToPath(new URL('../../../schema/supergraph.graphql', import.meta.url))],
      1,
      /a file does not say which Sites there are; run "ocopea hub" without --supergraph.*\(NOT_SUPPORTED\)/,
    ],
    ['no credential on an open address', async () => ['--supergraph', supergraph, '--no-auth', '--host', '0.0.0.0'], 2, /OCOPEA_NO_AUTH: --no-auth lets everyone in who can reach 0\.0\.0\.0; listen on 127\.0\.0\.1/],
    ['no credential at a Hub of Sites', async () => ['--no-auth'], 2, /OCOPEA_NO_AUTH: --no-auth goes with --supergraph only/],
    ['a flag without its file', async () => ['--supergraph'], 2, /option '--supergraph <file>' argument missing/],
  ];

  it.each(refusals)('refuses %s', async (_, args, code, message) => {
    const ended = await run(...(await args())).ended;
    expect(ended.stderr).toMatch(message);
    expect(ended.code).toBe(code);
  });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

interface Run {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
}

function run(...args: string[]): Run {
  const env = { ...process.env, OCOPEA_HOME: join(folder, 'home'), OCOPEA_LOG_LEVEL: 'silent' };
  const child = spawn(process.execPath, [ocopea, 'hub', ...args], { env });
  const ended = (async () => {
    const stderr = child.stderr.setEncoding('utf8').toArray();
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stderr: (await stderr).join('') };
  })();
  return { process: child, ended };
}

async function startHub(...args: string[]): Promise<Run & { readonly url: string }> {
  const started = run(...args);
  for await (const line of started.process.stdout.setEncoding('utf8')) {
    const [, url] = /answers at (http:\S+)\/graphql/.exec(String(line)) ?? [];
    if (url !== undefined) {
      started.process.stdout.resume();
      return { ...started, url };
    }
  }
  throw new Error(`the Hub did not start: ${(await started.ended).stderr}`);
}

async function ask(url: string, query: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });
  return response.json();
}
