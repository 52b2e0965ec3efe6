import { newId } from '@ocopea/graph';
import type { SiteContext } from '../site-context.js';
import type { Hold } from './consistency-barrier.js';
import type { CopyPlan } from './copy-plan.js';

/** How the writers of an app instance can be held, or why they cannot: one sentence. */
export type HoldPlan = { readonly canHold: true; readonly hold: Hold } | { readonly canHold: false; readonly reason: string };

/** No writer stands still. */
export const noHold: Hold = { begin: async () => undefined, end: async () => undefined, lastsMs: Number.POSITIVE_INFINITY };

/**
 * Pauses app services where their brokers can; failing that, holds the writes of all data services. Either is whole or not
 * at all: an app service that goes on would write to data services that are held at different moments.
 */
export async function planHold(site: SiteContext, plan: CopyPlan): Promise<HoldPlan> {
  const appServices = await site.database.appService.findMany({ where: { appInstanceId: plan.appInstanceId } });
  const unpausable = appServices.find(({ brokerId }) => site.brokers.paas(brokerId).info.capabilities.pause !== true);
  if (unpausable === undefined) {
    return holdAll(
      site,
      appServices.map(({ brokerId, space, brokerKey: appServiceId }) => {
        const { broker } = site.brokers.paas(brokerId);
        return {
          begin: (holdId, holdForMs, signal) => broker.pause({ space, appServiceId, holdId, holdForMs }, { signal }),
          end: (holdId, signal) => broker.unpause({ space, appServiceId, holdId }, { signal }),
        };
      }),
    );
  }
  const dataServices = await site.database.dataService.findMany({ where: { appInstanceId: plan.appInstanceId } });
  const unquiet = dataServices.find(({ brokerId }) => site.brokers.dataService(brokerId).info.capabilities.quiesce !== true);
  if (unquiet !== undefined) {
    const reason = `app service "${unpausable.name}" cannot be paused by its broker, and data service "${unquiet.name}" cannot be quiesced by its`;
    return { canHold: false, reason };
  }
  return holdAll(
    site,
    dataServices.map(({ brokerId, brokerKey: dataServiceId }) => {
      const { broker } = site.brokers.dataService(brokerId);
      return {
        begin: (holdId, holdForMs, signal) => broker.quiesce({ dataServiceId, holdId, holdForMs }, { signal }),
        end: (holdId, signal) => broker.resume({ dataServiceId, holdId }, { signal }),
      };
    }),
  );
}

interface Holdable {
  begin(holdId: string, holdForMs: number, signal: AbortSignal): Promise<void>;
  end(holdId: string, signal: AbortSignal): Promise<void>;
}

function holdAll(site: SiteContext, holdables: readonly Holdable[]): HoldPlan {
  const holdId = newId(site.siteId, 'operation').split('.').at(-1) as string;
  const { holdMs, brokerCallMs } = site.limits;
  const hold: Hold = {
    // A hold that takes longer to begin than to last is none; the one that came first would be over.
    lastsMs: holdMs / 2,
    begin: async () => {
      await Promise.all(holdables.map((one) => one.begin(holdId, holdMs, AbortSignal.timeout(holdMs / 2))));
    },
    end: async () => {
      const ended = await Promise.allSettled(holdables.map((one) => one.end(holdId, AbortSignal.timeout(brokerCallMs))));
      for (const one of ended) if (one.status === 'rejected') site.log.warn({ err: one.reason as Error, holdId }, 'a hold was not ended; it ends by itself soon');
    },
  };
  return { canHold: true, hold };
}
