import { followRepositoryLimits } from '../domain/brokers/repository-limits.js';
import { reconcileApps } from '../domain/reconcile-apps.js';
import type { SiteContext } from '../domain/site-context.js';
import { expireCopies } from '../domain/copies/expire-copies.js';
import { tidyUp } from '../domain/tidy-up.js';

/** Brings applications back to running, and tidies up, at start and every now and then. */
export class Caretaker {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  /** Names of applications that are not brought back yet; `undefined` until all have been tried. */
  #lacking: readonly string[] | undefined;
  /** Of the last sweep, as `performance.now()` counts. */
  #sweptAt = -Infinity;
  #settle: () => void = () => undefined;
  /** Resolves once all applications have been tried to be brought back, or the Site stops. */
  readonly reconciled = new Promise<void>((resolve) => (this.#settle = resolve));

  constructor(private readonly site: SiteContext) {}

  start(): void {
    this.#running = this.#round().finally(() => this.#again());
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#settle();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    const { site } = this;
    try {
      if (this.#lacking === undefined || this.#lacking.length > 0) this.#lacking = await reconcileApps(site, this.#stop.signal);
      this.#settle();
      await followRepositoryLimits(site);
      await tidyUp(site);
      await expireCopies(site, this.#stop.signal);
      if (performance.now() - this.#sweptAt >= site.limits.sweepIntervalMs) {
        this.#sweptAt = performance.now();
        await sweepRepositories(site, this.#stop.signal);
      }
    } catch (error) {
      if (!this.#stop.signal.aborted) site.log.warn({ err: error }, 'the Site could not be tidied up; trying again later');
    }
  }

  #again(): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => this.start(), this.site.limits.tidyIntervalMs);
  }
}

/** What a killed process left half-written in repositories goes, and what transfers sent that were given up. */
async function sweepRepositories(site: SiteContext, signal: AbortSignal): Promise<void> {
  for (const { id } of await site.database.copyRepository.findMany({ select: { id: true } })) {
    try {
      await site.brokers.brokerOfRepository(id)?.broker.sweep(id, { signal });
    } catch (error) {
      if (!signal.aborted) site.log.warn({ err: error, repositoryId: id }, 'a repository could not be swept');
    }
  }
}
