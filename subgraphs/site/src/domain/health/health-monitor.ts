import { keepAppServiceStatus } from '../apps/app-services.js';
import type { SiteContext } from '../site-context.js';
import type { HealthBoard, HealthObservation } from './health-board.js';
import { measureAppService, measureBroker, measureDataService } from './measure-health.js';
import { Health, rollUpApp, rollUpSite, type HealthPart } from './roll-up-health.js';

/** Measures brokers, data services and app services round after round, as long as the Site runs. */
export class HealthMonitor {
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  /** Set between two rounds. */
  #timer: NodeJS.Timeout | undefined;
  #isHurried = false;

  constructor(
    private readonly site: SiteContext,
    private readonly board: HealthBoard,
  ) {}

  start(): void {
    this.#isHurried = false;
    this.#running = this.#round().finally(() => this.#again());
  }

  /** Begins the next round now, or as soon as the present one has ended. */
  soon(): void {
    if (this.#stop.signal.aborted) return;
    this.#isHurried = true;
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.start();
  }

  /** Measures everything once and takes it in. */
  async measure(): Promise<void> {
    const { site, board } = this;
    const [instances, dataServices, appServices] = await Promise.all([
      site.database.appInstance.findMany(),
      site.database.dataService.findMany({ where: { phase: 'RUNNING' } }),
      site.database.appService.findMany({ where: { appInstance: { phase: { in: ['RUNNING', 'STOPPED'] } } } }),
    ]);
    const tasks: (() => Promise<HealthObservation>)[] = [
      ...site.brokers.all().map((broker) => () => measureBroker(broker, this.#deadline())),
      ...dataServices.map((row) => () => measureDataService(site, row, this.#deadline())),
      ...appServices.map((row) => async () => {
        const { observation, status } = await measureAppService(site, row, this.#deadline());
        if (status !== undefined) await keepAppServiceStatus(site, row, status);
        return observation;
      }),
    ];
    const measured = await inParallel(tasks, site.limits.healthConcurrency);
    const byId = new Map(measured.map((observation) => [observation.subject.id, observation]));
    const partOf = ({ id, name }: { id: string; name: string }): HealthPart => ({ name, ...(byId.get(id) ?? { health: Health.UNKNOWN }) });

    const apps = instances.map((instance): HealthObservation => {
      const isServing = instance.phase === 'RUNNING';
      const parts = [
        ...dataServices.filter((row) => row.appInstanceId === instance.id),
        ...(isServing ? appServices.filter((row) => row.appInstanceId === instance.id) : []),
      ].map(partOf);
      return {
        subject: { id: instance.id, kind: 'APP_INSTANCE', name: instance.name },
        ...rollUpApp(instance.phase, parts),
        figures: [],
        observedAt: new Date(),
      };
    });
    const brokers = site.brokers.all().map((broker) => ({ ...partOf(broker), kind: broker.kind }));
    const whole: HealthObservation = {
      subject: { id: site.siteId, kind: 'SITE', name: site.siteId },
      ...rollUpSite(brokers, apps.map((app) => ({ ...app, name: app.subject.name }))),
      figures: [],
      observedAt: new Date(),
    };
    const observations = [...measured, ...apps, whole];
    await board.record(observations);
    board.keepOnly(new Set(observations.map(({ subject }) => subject.id)));
  }

  /** Ends after the measurements under way, which are cut short. */
  async close(): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    try {
      await this.measure();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.site.log.warn({ err: error }, 'health could not be measured; trying again in the next round');
    }
  }

  #again(): void {
    if (this.#stop.signal.aborted) return;
    if (this.#isHurried) return this.start();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.start();
    }, this.site.limits.healthIntervalMs);
  }

  #deadline(): AbortSignal {
    return AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.site.limits.healthDeadlineMs)]);
  }
}

/** Runs tasks with at most `width` at once; answers in the order given. */
async function inParallel<T>(tasks: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < tasks.length; index = next++) {
      results[index] = await (tasks[index] as () => Promise<T>)();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, lane));
  return results;
}
