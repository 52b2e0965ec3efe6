import { SiteReport, type SiteReportEntry } from '@ocopea/partition';
import type { Principal } from '@ocopea/security';
import { parse } from 'graphql';
import type { GatewayContext } from '../gateway-context.js';
import type { GatewayLog } from '../gateway-log.js';
import type { GraphObserver } from '../graph-observer.js';
import type { GraphResult } from '../graph-request.js';
import { openHubGraph, type OpenHubGraph, type OpenHubGraphOptions } from '../open-hub-graph.js';
import { TestHub } from './test-hub.js';
import { testSiteSdl } from './test-site-schema.js';
import { TestSite } from './test-site.js';

export const testPrincipal: Principal = { kind: 'administrator', name: 'admin' };

export interface TestAnswer extends GraphResult {
  readonly sites: readonly SiteReportEntry[];
}

const nothing = (): void => {};
export const silentLog: GatewayLog = { error: nothing, warn: nothing, info: nothing, debug: nothing };

/** A Hub over real Sites in small. */
export class TestFabric {
  private constructor(
    readonly hub: TestHub,
    readonly sites: readonly TestSite[],
    private readonly open: OpenHubGraph,
  ) {}

  /** Starts Sites with these ids and waits until the Hub has taken them in. */
  static start(...siteIds: string[]): Promise<TestFabric> {
    return TestFabric.startObserved({}, ...siteIds);
  }

  static startObserved(observer: GraphObserver, ...siteIds: string[]): Promise<TestFabric> {
    return TestFabric.startWith({ observer }, ...siteIds);
  }

  static async startWith(options: Partial<OpenHubGraphOptions>, ...siteIds: string[]): Promise<TestFabric> {
    const hub = new TestHub();
    const sites = await Promise.all(siteIds.map((id) => new TestSite(id).start()));
    for (const { id, url } of sites) hub.registry.register({ id, url });
    const open = openHubGraph({
      ordinary: [hub.subgraph],
      partitioned: { name: 'site', baseSdl: testSiteSdl, registry: hub.registry, localMembers: [hub.member] },
      hubToken: (siteId, principal) => `${siteId}/${principal?.name ?? 'hub'}`,
      eventSubjects: { copyProgress: 'copy.id' },
      bufferLimit: 20,
      patienceMs: 0,
      backoffMs: { first: 20, longest: 100 },
      log: silentLog,
      ...options,
    });
    await Promise.all(siteIds.map((id) => hub.registry.observed(id, 'compatible')));
    return new TestFabric(hub, sites, open);
  }

  get graph() {
    return this.open.graph;
  }

  site(id: string): TestSite {
    return this.sites.find((site) => site.id === id)!;
  }

  async ask(source: string, variables: Record<string, unknown> = {}, signal = new AbortController().signal, extra: Partial<GatewayContext> = {}): Promise<TestAnswer> {
    const context = { principal: testPrincipal, signal, siteReport: new SiteReport(), ...extra };
    const result = await this.graph.execute({ document: parse(source), variables, context });
    return { ...result, sites: context.siteReport.entries() };
  }

  subscribe(source: string, variables: Record<string, unknown> = {}, signal = new AbortController().signal, extra: Partial<GatewayContext> = {}): AsyncGenerator<GraphResult, void, void> {
    return this.graph.subscribe({ document: parse(source), variables, context: { principal: testPrincipal, signal, siteReport: new SiteReport(), ...extra } });
  }

  async close(): Promise<void> {
    await this.open.close();
    await Promise.all(this.sites.map((site) => site.stop()));
  }
}
