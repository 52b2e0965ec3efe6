import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { createLogger } from '@ocopea/edge';
import { schemaExecutor, startGateway, type Gateway, type SiteRegistry } from '@ocopea/gateway';
import { parse } from 'graphql';

export interface SimulatedSitesInput {
  readonly count: number;
  readonly rowsPerSite: number;
  /** From the first Site to the last. */
  readonly latencyMs: { readonly fastest: number; readonly slowest: number };
  readonly sdlPath: string;
}

/** Numbers of Sites that stop to answer. */
export interface SimulatedSitesQuestion {
  readonly close?: readonly number[];
  readonly hang?: readonly number[];
}

export interface Answer {
  readonly ms: number;
  readonly bytes: number;
  readonly body: {
    readonly data: Record<string, unknown> | null;
    readonly errors?: readonly { message: string; extensions: { code: string; site?: string } }[];
    readonly extensions?: { readonly sites: readonly { id: string; outcome: string }[] };
  };
}

const hubSdl = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key"]) type Query { hubVersion: String! }';
const sdlPath = fileURLToPath(new URL('../../schema/site.graphql', import.meta.url));

/** A Hub in this process over simulated Sites in another, with real HTTP between them and in front. */
export class SimulatedPartition implements AsyncDisposable {
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(
    private readonly sites: ChildProcess,
    private readonly gateway: Gateway,
    readonly siteUrls: readonly string[],
  ) {}

  static async start(input: Omit<SimulatedSitesInput, 'sdlPath'>): Promise<SimulatedPartition> {
    const program = fileURLToPath(new URL('simulated-sites-program.js', import.meta.url));
    const sites = fork(program, [JSON.stringify({ ...input, sdlPath })]);
    const [{ urls }] = (await once(sites, 'message')) as [{ urls: string[] }];
    const registry = registryOf(urls.map((url, number) => ({ id: `site-${String(number).padStart(3, '0')}`, url })));
    const schema = buildSubgraphSchema({ typeDefs: parse(hubSdl), resolvers: { Query: { hubVersion: () => '0' } } });
    const gateway = await startGateway({
      port: 0,
      ordinary: [{ name: 'hub', sdl: hubSdl, ...schemaExecutor({ schema, contextValue: () => ({}) }) }],
      partitioned: { name: 'site', baseSdl: await readFile(sdlPath, 'utf8'), registry, localMembers: [] },
      hubToken: () => 'simulated',
      // Each client is one of many: identical reads of one client would be sent once.
      authenticate: (authorization) => Promise.resolve({ kind: 'administrator', name: String(authorization) }),
      ready: () => ({ ready: true, missing: [] }),
      log: createLogger({ name: 'bench', level: 'error' }),
    });
    await registry.allCompatible;
    return new SimulatedPartition(sites, gateway, urls);
  }

  /** Sends one request on a kept connection. */
  ask(query: string, variables: Record<string, unknown> = {}, client = 'one', url = `${this.gateway.url}/graphql`): Promise<Answer> {
    const body = JSON.stringify({ query, variables });
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const outgoing = request(
        url,
        { method: 'POST', agent: this.#agent, headers: { 'content-type': 'application/json', authorization: `Bearer ${client}`, 'content-length': Buffer.byteLength(body) } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
          incoming.on('end', () => {
            const bytes = Buffer.concat(chunks);
            resolve({ ms: performance.now() - began, bytes: bytes.length, body: JSON.parse(bytes.toString()) as Answer['body'] });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** @returns bytes of all answers of all Sites so far, without headers */
  async tell(question: SimulatedSitesQuestion = {}): Promise<number> {
    this.sites.send(question);
    const [{ bytesSent }] = (await once(this.sites, 'message')) as [{ bytesSent: number }];
    return bytesSent;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
    await this.gateway.close();
    this.sites.disconnect();
  }
}

function registryOf(sites: readonly { id: string; url: string }[]): SiteRegistry & { readonly allCompatible: Promise<unknown> } {
  const events = new EventEmitter();
  const compatible = new Set<string>();
  return {
    allCompatible: once(events, 'all'),
    sites: () => sites,
    onChange: () => () => {},
    rememberSdl: () => Promise.resolve(),
    observe: (siteId, { kind }) => {
      if (kind !== 'compatible') return;
      compatible.add(siteId);
      if (compatible.size === sites.length) events.emit('all');
    },
  };
}
