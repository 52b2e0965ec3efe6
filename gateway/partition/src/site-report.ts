import type { PartitionErrorCode } from './partition-error.js';

/** What became of one member in one client request: an entry of `extensions.sites`. */
export interface SiteReportEntry {
  id: string;
  /** SKIPPED: left out by a `sites` argument or because the owner of the given id is another member. */
  outcome: 'ANSWERED' | 'FAILED' | 'SKIPPED';
  /** Why it failed. */
  code?: PartitionErrorCode;
  /** The slowest call of this request, in milliseconds with one decimal; 0 when none was made. */
  durationMs: number;
  /** When the member last answered or failed, ISO 8601. */
  observedAt: string;
}

/**
 * Collects, over all fetches of one client request, which members answered. Make one per request, let the data
 * source find it (option `reportOf`), and put `entries()` into the response's `extensions.sites`.
 */
export class SiteReport {
  readonly #entries = new Map<string, SiteReportEntry>();

  answered(id: string, durationMs: number): void {
    this.#record(id, 'ANSWERED', durationMs);
  }

  failed(id: string, code: PartitionErrorCode, durationMs: number): void {
    this.#record(id, 'FAILED', durationMs, code);
  }

  skipped(id: string): void {
    if (!this.#entries.has(id)) this.#record(id, 'SKIPPED', 0);
  }

  /** Takes over what another report of the same request has found. */
  add({ id, outcome, durationMs, code }: SiteReportEntry): void {
    if (outcome === 'SKIPPED') this.skipped(id);
    else this.#record(id, outcome, durationMs, code);
  }

  /** In order of id. */
  entries(): SiteReportEntry[] {
    return [...this.#entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** A failure stays visible whatever the member answers to other fetches of the same request. */
  #record(id: string, outcome: SiteReportEntry['outcome'], durationMs: number, code?: PartitionErrorCode): void {
    const before = this.#entries.get(id);
    const hadFailed = before?.outcome === 'FAILED';
    const finalCode = hadFailed ? before.code : code;
    this.#entries.set(id, {
      id,
      outcome: hadFailed ? 'FAILED' : outcome,
      ...(finalCode ? { code: finalCode } : {}),
      durationMs: Math.max(before?.durationMs ?? 0, Math.round(durationMs * 10) / 10),
      observedAt: new Date().toISOString(),
    });
  }
}
