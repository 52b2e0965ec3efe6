import { isOcopeaError } from '@ocopea/graph';
import type { OperationLog } from '@ocopea/operations';
import type { HubLimits } from '../../config/hub-limits.js';
import { connectionOf, nothingKnown, type ConnectionFacts, type SiteConnection } from './site-connection.js';
import type { RegisteredSite } from './registered-site.js';
import type { SiteObservation, SiteRegistry } from './site-registry.js';

/** What a probed Site says of itself. */
export type SiteSelf = Pick<RegisteredSite, 'id' | 'name' | 'location' | 'version'>;

export interface SiteConnectionsOptions {
  readonly registry: SiteRegistry;
  /** Asks a Site who it is; fails when it cannot be worked with. */
  readonly probe: (siteId: string, signal: AbortSignal) => Promise<SiteSelf>;
  /** Keeps what changed: told of each state once by each replica. */
  readonly onState: (siteId: string, from: SiteConnection, to: SiteConnection) => Promise<void>;
  readonly limits: Pick<HubLimits, 'probeEveryMs' | 'probeAwayMs' | 'probeMs'>;
  readonly log: OperationLog;
}

interface Watched {
  facts: ConnectionFacts;
  connection: SiteConnection;
  version: string | undefined;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  probing: Promise<void> | undefined;
  isProbeDue: boolean;
  readonly left: AbortController;
}

/** Probes every registered Site all the time and knows how its connection is. */
export class SiteConnections {
  readonly #watched = new Map<string, Watched>();
  #stopListening: () => void = () => undefined;
  #isClosed = false;

  constructor(private readonly options: SiteConnectionsOptions) {}

  start(): void {
    const { registry } = this.options;
    registry.onObservation((siteId, observation) => this.#observed(siteId, observation));
    this.#stopListening = registry.onChange(({ kind, siteId }) => {
      if (kind === 'removed') this.#leave(siteId);
      else if (kind === 'registered') this.#watch(siteId);
      else if (kind === 'changed') this.probeNow(siteId);
    });
    for (const { id } of registry.sites()) this.#watch(id);
  }

  /** UNKNOWN for a Site that is not registered, or was not probed yet. */
  get(siteId: string): SiteConnection {
    return this.#watched.get(siteId)?.connection ?? connectionOf(nothingKnown, undefined, new Date());
  }

  /** Does not wait for the usual time. */
  probeNow(siteId: string): void {
    const watched = this.#watched.get(siteId);
    if (watched === undefined || this.#isClosed) return;
    watched.isProbeDue = true;
    this.#schedule(siteId, watched, 0);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopListening();
    const probing = [...this.#watched.values()].map(({ probing }) => probing);
    for (const siteId of [...this.#watched.keys()]) this.#leave(siteId);
    await Promise.all(probing);
  }

  #watch(siteId: string): void {
    if (this.#watched.has(siteId) || this.#isClosed) return;
    const watched: Watched = {
      facts: nothingKnown,
      connection: connectionOf(nothingKnown, undefined, new Date()),
      version: undefined,
      failures: 0,
      timer: undefined,
      probing: undefined,
      isProbeDue: false,
      left: new AbortController(),
    };
    this.#watched.set(siteId, watched);
    this.#schedule(siteId, watched, 0);
  }

  #leave(siteId: string): void {
    const watched = this.#watched.get(siteId);
    if (watched === undefined) return;
    this.#watched.delete(siteId);
    clearTimeout(watched.timer);
    watched.left.abort();
  }

  #schedule(siteId: string, watched: Watched, afterMs: number): void {
    if (watched.probing !== undefined || watched.left.signal.aborted) return;
    clearTimeout(watched.timer);
    watched.timer = setTimeout(() => {
      watched.isProbeDue = false;
      watched.probing = this.#probe(siteId, watched).finally(() => {
        watched.probing = undefined;
        this.#schedule(siteId, watched, watched.isProbeDue ? 0 : this.#pauseMs(watched));
      });
    }, afterMs);
  }

  #pauseMs({ failures }: Watched): number {
    const { probeEveryMs, probeAwayMs } = this.options.limits;
    const pause = failures === 0 ? probeEveryMs : Math.min(probeAwayMs, 200 * 2 ** (failures - 1));
    return pause * (0.8 + Math.random() * 0.4);
  }

  async #probe(siteId: string, watched: Watched): Promise<void> {
    const { probe, registry, limits } = this.options;
    const signal = AbortSignal.any([watched.left.signal, AbortSignal.timeout(limits.probeMs)]);
    try {
      const self = await probe(siteId, signal);
      watched.failures = 0;
      const isNew = watched.facts.isReachable !== true || watched.version !== self.version;
      watched.version = self.version;
      // Before it is recorded: who hears of it by an event finds the Site in use again.
      if (isNew && !watched.left.signal.aborted) registry.announce({ kind: 'connected', siteId });
      await this.#learn(siteId, watched, { isReachable: true, problem: null, lastSeenAt: new Date() });
    } catch (error) {
      if (watched.left.signal.aborted) return;
      watched.failures++;
      const wasReachable = watched.facts.isReachable;
      await this.#learn(siteId, watched, { isReachable: false, problem: problemOf(error, siteId) });
      if (wasReachable !== false) registry.announce({ kind: 'disconnected', siteId });
    }
  }

  #observed(siteId: string, observation: SiteObservation): void {
    const watched = this.#watched.get(siteId);
    if (watched === undefined) return;
    switch (observation.kind) {
      case 'lost':
      case 'returned':
        this.probeNow(siteId);
        break;
      case 'compatible':
        void this.#learn(siteId, watched, { incompatibility: null });
        break;
      case 'incompatible':
        void this.#learn(siteId, watched, { incompatibility: observation.reason });
        break;
    }
  }

  async #learn(siteId: string, watched: Watched, facts: Partial<ConnectionFacts>): Promise<void> {
    if (watched.left.signal.aborted) return;
    const from = watched.connection;
    watched.facts = { ...watched.facts, ...facts };
    watched.connection = connectionOf(watched.facts, from, new Date());
    if (watched.connection.state === from.state) return;
    try {
      await this.options.onState(siteId, from, watched.connection);
    } catch (error) {
      this.options.log.warn({ siteId, err: error }, 'a change of a connection could not be recorded');
    }
  }
}

/** For people: no address, no system message. */
function problemOf(error: unknown, siteId: string): string {
  return isOcopeaError(error) ? error.message : `Site "${siteId}" cannot be reached now`;
}
