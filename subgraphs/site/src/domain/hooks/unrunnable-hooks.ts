import { isBrokerError } from '@ocopea/broker-contract';
import type { AppManifest, HookManifest } from '../manifest/app-manifest.js';
import type { SiteContext } from '../site-context.js';

/** Which broker each service is, or will be, at. */
export type BrokerOfService = (service: string) => string | undefined;

/**
 * Hooks that could never run with these brokers, one sentence each: found when they are declared, rather than when the first
 * copy is taken. An artifact that is not there is left to the deployment, which says so.
 */
export async function unrunnableHooks(site: SiteContext, { appServices }: AppManifest, hooks: readonly HookManifest[], brokerOf: BrokerOfService): Promise<string[]> {
  const problems: string[] = [];
  for (const hook of hooks) {
    const brokerId = brokerOf(hook.service);
    if (brokerId === undefined) continue;
    if (hook.command === undefined) {
      if (site.brokers.dataService(brokerId).info.capabilities.statements !== true) problems.push(`hook "${hook.name}" has statements, and the broker of data service "${hook.service}" runs none`);
      continue;
    }
    const { broker, info } = site.brokers.paas(brokerId);
    const artifact = appServices.find(({ name }) => name === hook.service)?.artifact;
    if (info.capabilities.commands !== true) problems.push(`hook "${hook.name}" has a command, and the broker of app service "${hook.service}" runs none`);
    else if (artifact !== undefined) {
      const known = await broker.commandsOf(artifact, { signal: AbortSignal.timeout(site.limits.brokerCallMs) }).catch((error: unknown) => {
        if (isBrokerError(error)) return undefined;
        throw error;
      });
      if (known !== undefined && !known.includes(hook.command)) {
        problems.push(`hook "${hook.name}" has the command "${hook.command}", which artifact "${artifact.name}" ${artifact.version} does not declare; it declares ${known.join(', ') || 'none'}`);
      }
    }
  }
  return problems;
}
