import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startScratchServer, TestProgram, type ScratchServer, type TestProcess } from '@ocopea/operations/testing';
import { FederationHub } from './federation-hub.js';
import { GraphClient } from './graph-client.js';
import type { SiteProgramInput, SiteProgramMessage } from './site-program.js';

const adminToken = 'ocopea_federation-test-0123456789abcdefghijklmnopqrstu';

interface SiteProcess {
  /** A server of its own, as a Site elsewhere would have. */
  readonly server: ScratchServer;
  readonly input: SiteProgramInput;
  process: TestProcess;
  url: string;
}

/** Sites in processes of their own, all of them registered at a Hub. */
export class Federation implements AsyncDisposable {
  readonly hub: GraphClient;
  readonly #sites = new Map<string, SiteProcess>();

  private constructor(
    private readonly hubServer: ScratchServer,
    private readonly program: TestProgram,
    private readonly home: string,
    private readonly hubPart: FederationHub,
  ) {
    this.hub = new GraphClient(hubPart.url, adminToken);
  }

  static async start(...siteIds: string[]): Promise<Federation> {
    const [hubServer, program, home] = await Promise.all([
      startScratchServer(),
      TestProgram.build(new URL('site-program.ts', import.meta.url).pathname),
      mkdtemp(join(tmpdir(), 'ocopea-federation-')),
    ]);
    const hub = await FederationHub.start({ databaseUrl: await hubServer.database('hub'), home: join(home, 'hub'), adminToken });
    const federation = new Federation(hubServer, program, home, hub);
    for (const siteId of siteIds) {
      const server = await startScratchServer();
      const input = { siteId, home: join(home, siteId), databaseUrl: await server.database('site'), adminToken, port: 0 };
      federation.#sites.set(siteId, { server, input, ...(await federation.#run(input)) });
    }
    for (const [siteId, { url, input }] of federation.#sites) {
      const connected = federation.connectionChanged(siteId, 'CONNECTED');
      const joinToken = (await readFile(join(input.home, 'join.token'), 'utf8')).trim();
      await federation.hub.get('mutation($input: RegisterSiteInput!) { registerSite(input: $input) { site { id } } }', { input: { url, joinToken } });
      await connected;
    }
    return federation;
  }

  site(siteId: string): GraphClient {
    return new GraphClient(this.#sites.get(siteId)!.url, adminToken);
  }

  get siteIds(): string[] {
    return [...this.#sites.keys()];
  }

  /** `kill -9`. */
  async stop(siteId: string): Promise<void> {
    await this.#sites.get(siteId)!.process.kill();
  }

  /** Sets the clock of a running Site, in milliseconds ahead of the true time. */
  setClock(siteId: string, clockAheadMs: number): void {
    this.#sites.get(siteId)!.process.send({ clockAheadMs } satisfies SiteProgramMessage);
  }

  /** Starts a stopped Site at the address it had, and waits until the Hub has it again. */
  async startAgain(siteId: string): Promise<void> {
    const site = this.#sites.get(siteId)!;
    await this.connectionChanged(siteId, 'DISCONNECTED');
    const connected = this.connectionChanged(siteId, 'CONNECTED');
    Object.assign(site, await this.#run({ ...site.input, port: Number(new URL(site.url).port) }));
    await connected;
  }

  /** Resolves when the Hub says so, by its own events. */
  async connectionChanged(siteId: string, to: string): Promise<void> {
    const document = 'subscription { siteConnectionChanged { site { id } to } }';
    for await (const { siteConnectionChanged: change } of this.hub.events<{ siteConnectionChanged: { site: { id: string }; to: string } }>(document)) {
      if (change.site.id === siteId && change.to === to) return;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hubPart.close();
    await Promise.all([...this.#sites.values()].map(({ process, server }) => process.kill().then(() => server.close())));
    await Promise.all([this.hubServer.close(), this.program.remove()]);
    await rm(this.home, { recursive: true, force: true });
  }

  async #run(input: SiteProgramInput): Promise<Pick<SiteProcess, 'process' | 'url'>> {
    const process = this.program.start(input);
    const { url } = await process.message<{ url: string }>((message) => message.url !== undefined);
    return { process, url };
  }
}
