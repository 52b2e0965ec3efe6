import type { PartitionMember } from '@ocopea/partition';
import { HubGraph, type HubGraphOptions } from './hub-graph.js';
import type { HubTokenIssuer } from './site-link.js';
import { SiteMembers, type SiteMembersOptions } from './site-members.js';
import type { SiteRegistry } from './site-registry.js';
import { watchedMember } from './watched-member.js';

export interface PartitionedSubgraph {
  /** Its name in the supergraph. */
  readonly name: string;
  /** The SDL of the Hub's own version: what the graph has while no Site has joined, and what no Site may contradict. */
  readonly baseSdl: string;
  readonly registry: SiteRegistry;
  /** Members in this process, such as the Hub's own operations. */
  readonly localMembers: readonly PartitionMember[];
}

export interface OpenHubGraphOptions
  extends Omit<HubGraphOptions, 'partitioned' | 'directory' | 'onMember'>,
    Pick<SiteMembersOptions, 'sdlDeadlineMs' | 'backoffMs' | 'retireAfterMs'> {
  readonly partitioned: PartitionedSubgraph;
  readonly hubToken: HubTokenIssuer;
}

export interface OpenHubGraph {
  readonly graph: HubGraph;
  /** Lets go of all Sites. */
  close(): Promise<void>;
}

/**
 * Composes the graph of what is known now and follows the registry from then on: Sites join, leave, move and change their
 * schema while requests run.
 *
 * @throws PartitionCompositionError when the subgraphs of this Hub itself do not compose
 */
export function openHubGraph(options: OpenHubGraphOptions): OpenHubGraph {
  const { partitioned, log } = options;
  const { registry } = partitioned;
  const localMembers = partitioned.localMembers.map(watchedMember);
  const members = new SiteMembers({ ...options, registry, localMembers, onChange: () => compose() });
  const graph = new HubGraph({
    ...options,
    directory: members.directory,
    onMember: (siteId, state) => registry.observe(siteId, state),
  });
  const compose = (): void => members.admit(graph.compose(members.candidates()));
  compose();
  members.start();
  log.debug({ sites: registry.sites().length }, 'following the registered sites');
  return {
    graph,
    close: () => {
      graph.close();
      return members.close();
    },
  };
}
