import { composePartition, PartitionCompositionError, type ComposedPartition, type ComposePartitionOptions, type PartitionMember } from '@ocopea/partition';
import type { GatewayLog } from './gateway-log.js';

export interface ComposeMembersOptions extends Omit<ComposePartitionOptions, 'members'> {
  readonly log: GatewayLog;
}

export interface MembersComposition extends Pick<ComposedPartition, 'supergraphSdl' | 'plan'> {
  /** By SDL, why members that have it are kept out. */
  readonly verdicts: ReadonlyMap<string, string>;
}

/**
 * Composes the graph of as many members as fit. A member that contradicts the others is left out by the partition; one
 * with which the subgraphs no longer compose, such as a new type of a Site that has the name of one of the Hub's, is
 * found here by admitting one schema at a time.
 *
 * @throws PartitionCompositionError when not even the base composes
 */
export function composeMembers(options: ComposeMembersOptions, members: readonly PartitionMember[]): MembersComposition {
  try {
    return verdictsBySdl(members, composePartition({ ...options, members }));
  } catch (error) {
    if (!(error instanceof PartitionCompositionError)) throw error;
    options.log.error({ err: error }, 'the graph of all sites does not compose; they are tried one by one');
    return composeOneByOne(options, members);
  }
}

function composeOneByOne(options: ComposeMembersOptions, members: readonly PartitionMember[]): MembersComposition {
  const admitted: PartitionMember[] = [];
  const refused = new Map<string, string>();
  let composed = verdictsBySdl(admitted, composePartition({ ...options, members: admitted }));
  for (const member of members) {
    if (refused.has(member.sdl)) continue;
    try {
      composed = verdictsBySdl([...admitted, member], composePartition({ ...options, members: [...admitted, member] }));
      admitted.push(member);
    } catch (error) {
      if (!(error instanceof PartitionCompositionError)) throw error;
      refused.set(member.sdl, error.problems[0] ?? 'the graph does not compose with its schema');
    }
  }
  return { ...composed, verdicts: new Map([...composed.verdicts, ...refused]) };
}

function verdictsBySdl(members: readonly PartitionMember[], { supergraphSdl, plan, quarantined }: ComposedPartition): MembersComposition {
  const sdlOf = new Map(members.map(({ id, sdl }) => [id, sdl]));
  return { supergraphSdl, plan, verdicts: new Map(quarantined.map(({ id, message }) => [sdlOf.get(id) ?? '', message])) };
}
