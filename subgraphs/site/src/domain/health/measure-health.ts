import { isBrokerError, type AppServiceStatus } from '@ocopea/broker-contract';
import type { AppService, DataService } from '../../store/generated/client.js';
import type { AnyRegisteredBroker } from '../brokers/broker-directory.js';
import type { SiteContext } from '../site-context.js';
import { Health } from './roll-up-health.js';
import type { HealthObservation, HealthSubject } from './health-board.js';

/** Asks a broker for what it says of itself: cheap, and possible also while what is behind it is down. */
export async function measureBroker(registered: AnyRegisteredBroker, signal: AbortSignal): Promise<HealthObservation> {
  const subject: HealthSubject = { id: registered.id, kind: 'BROKER', name: registered.name };
  return observed(subject, signal, async () => {
    await registered.broker.info({ signal });
    return { health: Health.HEALTHY, figures: [] };
  });
}

export async function measureDataService(site: SiteContext, row: DataService, signal: AbortSignal): Promise<HealthObservation> {
  const subject: HealthSubject = { id: row.id, kind: 'DATA_SERVICE', name: row.name };
  return observed(subject, signal, async () => {
    const { state, reason, figures } = await site.brokers.dataService(row.brokerId).broker.health(row.brokerKey, { signal });
    return {
      health: dataServiceHealth[state],
      reason,
      figures: Object.entries(figures).map(([name, value]) => ({ name, value })),
    };
  });
}

/** Besides the observation, what the scheduler says: rows keep it. */
export async function measureAppService(
  site: SiteContext,
  row: AppService,
  signal: AbortSignal,
): Promise<{ observation: HealthObservation; status: AppServiceStatus | undefined }> {
  const subject: HealthSubject = { id: row.id, kind: 'APP_SERVICE', name: row.name };
  let status: AppServiceStatus | undefined;
  const observation = await observed(subject, signal, async () => {
    status = await site.brokers.paas(row.brokerId).broker.get({ space: row.space, appServiceId: row.brokerKey }, { signal });
    return { ...appServiceHealth(status), figures: [{ name: 'restarts', value: status.restarts }] };
  });
  return { observation, status };
}

const dataServiceHealth = { healthy: Health.HEALTHY, degraded: Health.DEGRADED, unhealthy: Health.UNHEALTHY } as const;

/** A stopped one does what it was asked to; one that shall run and does not is seen by the instance's phase. */
function appServiceHealth({ state }: AppServiceStatus): { health: Health; reason?: string | undefined } {
  switch (state.phase) {
    case 'running':
      return { health: Health.HEALTHY };
    case 'starting':
      return { health: Health.DEGRADED, reason: state.reason ?? 'it is starting' };
    case 'stopped':
      return { health: Health.UNHEALTHY, reason: 'it is stopped' };
    case 'error':
      return { health: Health.UNHEALTHY, reason: state.reason };
  }
}

async function observed(
  subject: HealthSubject,
  signal: AbortSignal,
  measure: () => Promise<Pick<HealthObservation, 'health' | 'reason' | 'figures'>>,
): Promise<HealthObservation> {
  try {
    return { subject, ...(await Promise.race([measure(), rejectionOn(signal)])), observedAt: new Date() };
  } catch (error) {
    const verdict = signal.aborted ? { health: Health.UNKNOWN, reason: 'the broker did not answer in time' } : verdictOnFailure(error);
    return { subject, ...verdict, figures: [], observedAt: new Date() };
  }
}

/** A broker that does not heed the signal is not waited for either. */
function rejectionOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** Only a broker's own words go to people; anything else is a defect that the log has. */
function verdictOnFailure(error: unknown): { health: Health; reason: string } {
  return { health: Health.UNHEALTHY, reason: isBrokerError(error) ? error.message : 'it could not be measured' };
}
