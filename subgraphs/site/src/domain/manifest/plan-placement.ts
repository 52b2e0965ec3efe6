import type { DataServiceBrokerInfo, PaasBrokerInfo, ServicePlan, Space } from '@ocopea/broker-contract';
import type { AppManifest, AppServiceManifest, DataServiceManifest, HookManifest } from './app-manifest.js';

/** What the brokers of this Site offer now. */
export interface SiteOffer {
  readonly dataServiceBrokers: readonly { readonly id: string; readonly info: DataServiceBrokerInfo }[];
  readonly paasBrokers: readonly { readonly id: string; readonly info: PaasBrokerInfo; readonly spaces: readonly Space[] }[];
}

/** Where each service of a manifest shall be. */
export interface Placement {
  readonly dataServices: readonly { readonly name: string; readonly brokerId: string; readonly planId: string; readonly protocol: string }[];
  readonly appServices: readonly { readonly name: string; readonly brokerId: string; readonly space: string }[];
}

/** A data service whose copy no plan here restores. */
export interface UnrestorableFormat {
  readonly dataService: string;
  readonly format: string;
  readonly restorable: readonly string[];
}

export interface PlacementResult {
  readonly placement: Placement;
  /** What nobody here offers, one sentence each; the placement is good when this and `unrestorable` are empty. */
  readonly problems: readonly string[];
  readonly unrestorable: readonly UnrestorableFormat[];
}

export interface PlacementRequest {
  readonly manifest: AppManifest;
  readonly offer: SiteOffer;
  /**
   * By data service: the format of the copy part it starts from. With it, the manifest may come from another Site: a broker
   * that is not here and a plan that does not restore the format are then preferences, not demands.
   */
  readonly restoredFormats?: ReadonlyMap<string, string>;
}

/** Finds a broker for each service: the first that offers all it asks, in the order the Site lists them. */
export function planPlacement({ manifest, offer: offered, restoredFormats = new Map() }: PlacementRequest): PlacementResult {
  const hooked = new Set((manifest.hooks ?? []).map(({ service }) => service));
  const offer = (service: string): SiteOffer => (hooked.has(service) ? runningHooksFirst(offered) : offered);
  const dataServices: Placement['dataServices'][number][] = [];
  const appServices: Placement['appServices'][number][] = [];
  const problems: string[] = [];
  const unrestorable: UnrestorableFormat[] = [];

  for (const wanted of manifest.dataServices) {
    const format = restoredFormats.get(wanted.name);
    const candidates = plansFor(wanted, offer(wanted.name), format !== undefined);
    const fitting = format === undefined ? candidates : candidates.filter(({ plan }) => plan.restoresFormats.includes(format));
    const chosen = fitting.find(({ plan }) => plan.id === wanted.plan) ?? fitting[0];
    if (chosen !== undefined) {
      dataServices.push({ name: wanted.name, brokerId: chosen.brokerId, planId: chosen.plan.id, protocol: wanted.protocol });
    } else if (format !== undefined && candidates.length > 0) {
      unrestorable.push({ dataService: wanted.name, format, restorable: [...new Set(candidates.flatMap(({ plan }) => plan.restoresFormats))] });
    } else {
      problems.push(missingPlan(wanted, offered));
    }
  }
  for (const wanted of manifest.appServices) {
    const chosen = paasFor(wanted, offer(wanted.name));
    if (typeof chosen === 'string') problems.push(chosen);
    else appServices.push({ name: wanted.name, ...chosen });
  }
  return { placement: { dataServices, appServices }, problems, unrestorable };
}

/** Hooks without which a placement is of no use. After a restore the others may be missing: getting the data back comes first. */
export function demandedHooks({ hooks = [] }: AppManifest, isRestore: boolean): readonly HookManifest[] {
  return isRestore ? hooks.filter(({ event, onFailure }) => event === 'AFTER_RESTORE' && onFailure === 'FAIL') : hooks;
}

/** Brokers that run what hooks ask for come before those that do not; otherwise the order stays. */
function runningHooksFirst({ dataServiceBrokers, paasBrokers }: SiteOffer): SiteOffer {
  const first = <Broker>(brokers: readonly Broker[], runs: (broker: Broker) => boolean): Broker[] => [...brokers.filter(runs), ...brokers.filter((one) => !runs(one))];
  return {
    dataServiceBrokers: first(dataServiceBrokers, ({ info }) => info.capabilities.statements === true),
    paasBrokers: first(paasBrokers, ({ info }) => info.capabilities.commands === true),
  };
}

interface OfferedPlan {
  readonly brokerId: string;
  readonly plan: ServicePlan;
}

function plansFor(wanted: DataServiceManifest, offer: SiteOffer, preferencesOnly: boolean): OfferedPlan[] {
  const offered = offer.dataServiceBrokers.flatMap(({ id, info }) =>
    info.plans.filter(({ protocols }) => protocols.some(({ name }) => name === wanted.protocol)).map((plan) => ({ brokerId: id, plan })),
  );
  const demanded = offered.filter(
    ({ brokerId, plan }) => (wanted.broker === undefined || wanted.broker === brokerId) && (wanted.plan === undefined || wanted.plan === plan.id),
  );
  return demanded.length > 0 || !preferencesOnly ? [...demanded, ...(preferencesOnly ? offered.filter((plan) => !demanded.includes(plan)) : [])] : offered;
}

function missingPlan({ name, protocol, plan, broker }: DataServiceManifest, { dataServiceBrokers }: SiteOffer): string {
  const of = `data service "${name}"`;
  if (broker !== undefined && !dataServiceBrokers.some(({ id }) => id === broker)) return `${of} names the broker "${broker}", which is not a data service broker of this Site`;
  const offered = dataServiceBrokers.flatMap(({ info }) => info.plans.map(({ id, protocols }) => `${id} (${protocols.map((one) => one.name).join(', ')})`));
  return `${of} asks for protocol "${protocol}"${plan === undefined ? '' : ` and plan "${plan}"`}, which no broker here offers; offered: ${offered.join('; ') || 'nothing'}`;
}

function paasFor(wanted: AppServiceManifest, { paasBrokers }: SiteOffer): { brokerId: string; space: string } | string {
  const running = paasBrokers.filter(({ info }) => info.artifactTypes.includes(wanted.artifact.type));
  const of = `app service "${wanted.name}"`;
  if (running.length === 0) {
    const types = [...new Set(paasBrokers.flatMap(({ info }) => info.artifactTypes))];
    return `${of} has an artifact of type "${wanted.artifact.type}", which no broker here runs; they run: ${types.join(', ') || 'nothing'}`;
  }
  const chosen = running.find(({ info }) => wanted.replicas === 1 || info.capabilities.replicas === true);
  if (chosen === undefined) return `${of} asks for ${wanted.replicas} replicas, and no broker here runs more than one`;
  const space = chosen.spaces[0];
  return space === undefined ? `${of} has no space to run in` : { brokerId: chosen.id, space: space.name };
}
