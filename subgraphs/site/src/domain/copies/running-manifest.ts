import { isDeepStrictEqual } from 'node:util';
import { isBrokerError, type RunningConfiguration } from '@ocopea/broker-contract';
import type { AppService } from '../../store/generated/client.js';
import type { AppManifest, AppServiceManifest } from '../manifest/app-manifest.js';
import type { SiteContext } from '../site-context.js';

/** A manifest as it really runs, and how it differs from what was asked: one sentence each. */
export interface RunningManifest {
  readonly manifest: AppManifest;
  readonly differences: readonly string[];
}

/**
 * The manifest of an app instance with what its scheduler says of each app service put in. A service that the scheduler does
 * not know, such as one that never started, is taken as it was asked for.
 */
export async function readRunningManifest(
  site: SiteContext,
  manifest: AppManifest,
  appServices: readonly AppService[],
  signal: AbortSignal,
): Promise<RunningManifest> {
  const differences: string[] = [];
  const services: AppServiceManifest[] = [];
  for (const asked of manifest.appServices) {
    const row = appServices.find(({ name }) => name === asked.name);
    const running = row === undefined ? undefined : await configurationOf(site, row, signal);
    const merged = running === undefined ? asked : asItRuns(asked, running);
    services.push(merged);
    for (const field of ['artifact', 'replicas', 'ports', 'environment'] as const) {
      if (!isDeepStrictEqual(merged[field], asked[field])) {
        differences.push(`app service "${asked.name}" runs with another ${field} than was asked for; the copy has what runs`);
      }
    }
  }
  return { manifest: { ...manifest, appServices: services }, differences };
}

/**
 * What runs wins, except for what belongs to this place: port numbers that the broker picked. Values of the environment are
 * templates that only the manifest knows; a variable that does not run is left out.
 */
export function asItRuns(asked: AppServiceManifest, running: RunningConfiguration): AppServiceManifest {
  const { type, name, version } = running.artifact;
  return {
    ...asked,
    artifact: { type, name, version },
    environment: asked.environment.filter((variable) => running.environmentNames.includes(variable.name)),
    ports: running.ports.map((port) => {
      const fixed = asked.ports.find((one) => one.name === port.name)?.port;
      return { name: port.name, ...(fixed !== undefined && { port: fixed }), protocol: port.protocol === 'http' ? 'HTTP' : 'TCP' };
    }),
    replicas: running.replicas,
  };
}

async function configurationOf(site: SiteContext, row: AppService, signal: AbortSignal): Promise<RunningConfiguration | undefined> {
  const { broker } = site.brokers.paas(row.brokerId);
  return broker.configuration({ space: row.space, appServiceId: row.brokerKey }, { signal }).catch((error: unknown) => {
    if (isBrokerError(error, 'NOT_FOUND')) return undefined;
    throw error;
  });
}
