import { composeServices } from '@apollo/composition';
import type { DocumentNode } from 'graphql';
import { parse } from 'graphql';
import { addPartitionDirectives } from './partition-directives.js';
import type { PartitionMember } from './partition-member.js';
import type { PartitionPlan, QuarantinedMember } from './partition-plan.js';
import { compileRules, type CompiledRules } from './partition-rules.js';
import { findContradiction, relaxSkewedFields, uniteSdl } from './sdl-union.js';
import { readSubgraphSdl, toDocument, toExecutableSchema, type SubgraphSdl } from './subgraph-sdl.js';

export interface ComposePartitionOptions {
  /**
   * All subgraphs of the supergraph. The SDL of the partitioned one is the base that members must not contradict: it
   * gives the graph a schema while there are no members. Leave it out to let the first member be the base.
   */
  subgraphs: readonly { name: string; sdl: string; /** For the supergraph; unused by the data source. */ url?: string }[];
  /** Name of the partitioned subgraph. */
  partitioned: string;
  members: readonly Pick<PartitionMember, 'id' | 'sdl' | 'covers'>[];
  /** @default 1 MiB */
  maxSdlBytes?: number;
}

export interface ComposedPartition {
  supergraphSdl: string;
  plan: PartitionPlan;
  /** Members to keep out of the directory's `members()`, and why. */
  quarantined: readonly QuarantinedMember[];
}

interface Candidate {
  sdl: SubgraphSdl;
  /** The members with this very text. */
  ids: string[];
  isWhole: boolean;
}

const DEFAULT_MAX_SDL_BYTES = 1024 * 1024;

/**
 * Unites the members' SDLs, checks the partition rules and composes the supergraph. A member that contradicts the ones
 * before it is quarantined, and the rest goes on without it. Members with the same text cost as much as one.
 *
 * @throws PartitionCompositionError when the subgraphs do not compose even without any doubtful member
 */
export function composePartition(options: ComposePartitionOptions): ComposedPartition {
  const base = options.subgraphs.find(({ name }) => name === options.partitioned);
  const quarantined: QuarantinedMember[] = [];
  const candidates = readCandidates(options, quarantined);
  const first = base ? readBase(base) : candidates.shift();
  if (!first) throw new PartitionCompositionError([`subgraph "${options.partitioned}" has no SDL: give one, or a member that has one`]);

  const fitting = candidates.filter((candidate, index) => {
    const before = [first, ...candidates.slice(0, index)].filter(({ ids }) => !ids.some((id) => isQuarantined(quarantined, id)));
    return isAcceptable(candidate, before, quarantined);
  });
  const all = compose(options, [first, ...fitting]);
  if (all.ok) return { ...all.composed, quarantined };
  return { ...composeOneByOne(options, first, fitting, quarantined), quarantined };
}

/** What contradicts in ways that only composition finds is found by adding one schema after the other. */
function composeOneByOne(
  options: ComposePartitionOptions,
  first: Candidate,
  candidates: readonly Candidate[],
  quarantined: QuarantinedMember[],
): Omit<ComposedPartition, 'quarantined'> {
  let accepted = [first];
  let last = compose(options, accepted);
  if (!last.ok) throw new PartitionCompositionError(last.problems);
  for (const candidate of candidates) {
    const next = compose(options, [...accepted, candidate]);
    if (next.ok) {
      accepted = [...accepted, candidate];
      last = next;
    } else {
      quarantine(candidate, { message: next.problems[0] ?? 'its schema does not compose with the others' }, quarantined);
    }
  }
  return last.composed;
}

type ComposeOutcome = { ok: true; composed: Omit<ComposedPartition, 'quarantined'> } | { ok: false; problems: string[] };

function compose(options: ComposePartitionOptions, candidates: readonly Candidate[]): ComposeOutcome {
  const [first, ...others] = candidates as [Candidate, ...Candidate[]];
  const united = others.reduce((union, { sdl }) => uniteSdl(union, sdl), first.sdl);
  const sdl = relaxSkewedFields(united, candidates.filter(({ isWhole }) => isWhole).map((candidate) => candidate.sdl));
  let plan: PartitionPlan;
  let compiled: CompiledRules;
  try {
    const schema = toExecutableSchema(sdl);
    compiled = compileRules(sdl, schema);
    plan = { subgraph: options.partitioned, schema, rules: compiled.rules, keys: compiled.keys };
  } catch (error) {
    return { ok: false, problems: [messageOf(error)] };
  }
  if (compiled.problems.length > 0) return { ok: false, problems: compiled.problems };
  const services: { name: string; url: string; typeDefs: DocumentNode }[] = [];
  for (const subgraph of options.subgraphs.filter(({ name }) => name !== options.partitioned)) {
    try {
      services.push({ name: subgraph.name, url: subgraph.url ?? unusedUrl(subgraph.name), typeDefs: parse(subgraph.sdl) });
    } catch (error) {
      return { ok: false, problems: [`subgraph "${subgraph.name}": ${messageOf(error)}`] };
    }
  }
  const result = composeServices([...services, { name: options.partitioned, url: unusedUrl(options.partitioned), typeDefs: addPartitionDirectives(toDocument(sdl)) }]);
  if (result.errors) return { ok: false, problems: result.errors.map(({ message }) => message) };
  return { ok: true, composed: { supergraphSdl: result.supergraphSdl, plan } };
}

/** One candidate for each distinct text; texts that cannot be read are quarantined at once. */
function readCandidates(options: ComposePartitionOptions, quarantined: QuarantinedMember[]): Candidate[] {
  const byText = new Map<string, Candidate>();
  const limit = options.maxSdlBytes ?? DEFAULT_MAX_SDL_BYTES;
  for (const member of options.members) {
    const isWhole = member.covers === 'whole';
    const known = byText.get(member.sdl);
    if (known) {
      known.ids.push(member.id);
      known.isWhole ||= isWhole;
      continue;
    }
    const size = Buffer.byteLength(member.sdl);
    if (size > limit) {
      quarantined.push({ id: member.id, message: `its schema has ${size} bytes, more than the ${limit} that are allowed` });
      continue;
    }
    try {
      const sdl = readSubgraphSdl(member.sdl);
      toExecutableSchema(sdl.types.has('Query') ? sdl : { ...sdl, types: new Map() });
      byText.set(member.sdl, { sdl, ids: [member.id], isWhole });
    } catch (error) {
      quarantined.push({ id: member.id, message: `its schema cannot be read: ${messageOf(error)}` });
    }
  }
  return [...byText.values()];
}

function readBase({ name, sdl }: { name: string; sdl: string }): Candidate {
  try {
    // A newer base must not hide what older members lack, and its own lack relaxes nothing.
    return { sdl: readSubgraphSdl(sdl), ids: [], isWhole: false };
  } catch (error) {
    throw new PartitionCompositionError([`subgraph "${name}": ${messageOf(error)}`]);
  }
}

function isAcceptable(candidate: Candidate, before: readonly Candidate[], quarantined: QuarantinedMember[]): boolean {
  for (const { sdl } of before) {
    const contradiction = findContradiction(sdl, candidate.sdl);
    if (contradiction) {
      quarantine(candidate, contradiction, quarantined);
      return false;
    }
  }
  return true;
}

function quarantine(candidate: Candidate, reason: { coordinate?: string; message: string }, quarantined: QuarantinedMember[]): void {
  for (const id of candidate.ids) quarantined.push({ id, ...reason });
}

function isQuarantined(quarantined: readonly QuarantinedMember[], id: string): boolean {
  return quarantined.some((member) => member.id === id);
}

/** The gateway warns about subgraphs without one; data sources of `buildService` never use it. */
function unusedUrl(name: string): string {
  return `http://${name}.invalid/graphql`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The subgraphs do not compose, or a root field breaks the partition rules. Every problem names its place. */
export class PartitionCompositionError extends Error {
  override readonly name = 'PartitionCompositionError';
  readonly code = 'PARTITION_COMPOSITION';

  constructor(readonly problems: readonly string[]) {
    super(`the graph cannot be composed:\n- ${problems.join('\n- ')}`);
  }
}
