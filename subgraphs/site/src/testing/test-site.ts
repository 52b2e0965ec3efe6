import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { CopyRepositoryBroker, DataServiceBroker, PaasBroker } from '@ocopea/broker-contract';
import { createMemoryCopyRepositoryBroker } from '@ocopea/copy-repository-memory';
import { createMemoryDataServiceBroker } from '@ocopea/data-service-memory';
import type { Logger } from '@ocopea/edge';
import { query, startScratchServer, type ScratchServer } from '@ocopea/operations/testing';
import { createMemoryPaasBroker } from '@ocopea/paas-memory';
import { Secret } from '@ocopea/security';
import type { SiteLimits } from '../config/site-limits.js';
import { startSite, type RunningSite } from '../server/start-site.js';
import { pairsApp, silentApp } from './pairs-app.js';
import { SiteClient } from './site-client.js';

/** Brokers of a test, which outlive a Site that is stopped and started again. */
export interface TestBrokers {
  readonly dataService: DataServiceBroker;
  readonly paas: PaasBroker;
  readonly copyRepository: CopyRepositoryBroker;
}

export interface TestSiteOptions {
  readonly siteId?: string;
  readonly limits?: Partial<SiteLimits>;
  /** Wraps or replaces the memory brokers. */
  readonly brokers?: Partial<TestBrokers>;
}

/** A Site on memory brokers, a real database and real sockets. */
export class TestSite {
  readonly lines: string[] = [];
  #running: RunningSite | undefined;

  private constructor(
    readonly siteId: string,
    readonly home: string,
    readonly databaseUrl: string,
    readonly brokers: TestBrokers,
    private readonly server: ScratchServer,
    private readonly limits: Partial<SiteLimits>,
  ) {}

  static async start({ siteId = 'test-site', limits = {}, brokers = {} }: TestSiteOptions = {}): Promise<TestSite> {
    const home = await mkdtemp(path.join(os.tmpdir(), 'ocopea-site-'));
    const server = await startScratchServer();
    const site = new TestSite(
      siteId,
      home,
      await server.database('site'),
      {
        dataService: brokers.dataService ?? createMemoryDataServiceBroker(),
        paas: brokers.paas ?? createMemoryPaasBroker({ artifacts: [pairsApp, silentApp] }),
        copyRepository: brokers.copyRepository ?? createMemoryCopyRepositoryBroker(),
      },
      server,
      { healthIntervalMs: 200, ...limits },
    );
    await site.startAgain();
    return site;
  }

  get url(): string {
    if (this.#running === undefined) throw new Error('invariant: the Site does not run');
    return this.#running.url;
  }

  /** The administrator's token. */
  readonly token = testToken;

  get client(): SiteClient {
    return new SiteClient(this.url, testToken);
  }

  /** Rows of the Site's database. */
  rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return query<Row>(this.databaseUrl, sql, values);
  }

  async startAgain(): Promise<void> {
    const { siteId, home, databaseUrl, brokers, limits } = this;
    this.#running = await startSite({
      siteId,
      name: 'A Site of a test',
      location: { label: 'Nowhere' },
      port: 0,
      databaseUrl,
      home,
      adminToken: new Secret(testToken),
      version: '0.0.0-test',
      brokers: { dataService: [brokers.dataService], paas: [brokers.paas], copyRepository: [brokers.copyRepository] },
      limits,
      log: recordingLogger(this.lines),
    });
  }

  /** Resolves once the Site has brought its applications back. */
  async reconciled(): Promise<void> {
    await this.#running?.reconciled;
  }

  async stop(): Promise<void> {
    await this.#running?.close();
    this.#running = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    const { dataService, paas, copyRepository } = this.brokers;
    await Promise.all([paas.close(), dataService.close(), copyRepository.close()]);
    await this.server.close();
    await rm(this.home, { recursive: true, force: true });
  }
}

export const testToken = 'ocopea_test-token-of-an-administrator-0123456789abc';

/** Keeps each line as JSON, so that a test can look for what must not be in it. */
function recordingLogger(lines: string[]): Logger {
  const write = (fields: object, message: string): void => {
    lines.push(JSON.stringify({ message, ...fields }, (_, value: unknown) => (value instanceof Error ? { message: value.message, stack: value.stack } : value)));
  };
  return { debug: write, info: write, warn: write, error: write, child: () => recordingLogger(lines) };
}
