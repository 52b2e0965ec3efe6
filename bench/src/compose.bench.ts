// What the hundredth Site costs in composing and planning: one partitioned subgraph, and beside it a subgraph for each Site.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { composePartition } from '@ocopea/partition';
import { Kind, parse, print, type DocumentNode, type ObjectTypeDefinitionNode } from 'graphql';
import { median } from './measure.js';

const { values } = parseArgs({ options: { sites: { type: 'string', default: '100' }, shareable: { type: 'string', default: '1,2,4,8' }, runs: { type: 'string', default: '5' } } });
const sites = Number(values.sites);
const runs = Number(values.runs);
const sdlOf = (name: string): Promise<string> => readFile(new URL(`../../schema/${name}.graphql`, import.meta.url), 'utf8');
const [siteSdl, hubSdl] = await Promise.all([sdlOf('site'), sdlOf('hub')]);
const query = '{ copies(first: 50) { totalCount edges { cursor node { id bytes site { id name } appInstance { id name } } } } brokers { id kind name } }';

interface Figures {
  /** Processor time: unlike the clock's, it says the same on a busy machine. */
  readonly composeMs: number[];
  readonly planMs: number[];
}

/** One of the ways to one graph, measured in turns with the others. */
interface Way extends Figures {
  readonly name: string;
  readonly compose: () => string;
}

function wayOf(name: string, compose: () => string): Way {
  return { name, compose, composeMs: [], planMs: [] };
}

const plansPerRun = 20;

function measure({ compose, composeMs, planMs }: Way, run: number): void {
  const began = cpuMs();
  const supergraphSdl = compose();
  const composed = cpuMs();
  const supergraph = Supergraph.build(supergraphSdl, { validateSupergraph: false });
  const apiSchema = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const ready = cpuMs();
  for (let number = 0; number < plansPerRun; number++) {
    planner.buildQueryPlan(operationFromDocument(apiSchema, parse(query.replaceAll('bytes', `b${run}x${number}: bytes`))));
  }
  const planned = cpuMs();
  // The first time warms up.
  if (run === 0) return;
  composeMs.push(composed - began);
  planMs.push((planned - ready) / plansPerRun);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function partitioned(count: number): Way {
  const members = Array.from({ length: count }, (_, number) => ({ id: `site-${number}`, sdl: siteSdl, covers: 'whole' as const }));
  const subgraphs = [{ name: 'hub', sdl: hubSdl }, { name: 'site', sdl: siteSdl }];
  return wayOf(`partitioned, ${count} Sites`, () => composePartition({ subgraphs, partitioned: 'site', members }).supergraphSdl);
}

function oneSubgraphForEachSite(count: number): Way {
  const typeDefs = shareable(siteSdl);
  const services = Array.from({ length: count }, (_, number) => ({ name: `site-${number}`, url: `http://site-${number}.invalid`, typeDefs }));
  return wayOf(`a subgraph for each of ${count} Sites`, () => {
    const { supergraphSdl, errors } = composeServices(services);
    if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
    return supergraphSdl;
  });
}

/** What N subgraphs of one schema need to compose at all: every field is said to be the same everywhere, which it is not. Subscriptions cannot be. */
function shareable(sdl: string): DocumentNode {
  const document = parse(sdl, { noLocation: true });
  const definitions = document.definitions.filter((definition) => !('name' in definition && definition.name?.value === 'Subscription')).map((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || isShareable(definition)) return definition;
    return { ...definition, directives: [...(definition.directives ?? []), { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: 'shareable' } } as const] };
  });
  return parse(print({ ...document, definitions }));
}

function isShareable({ directives }: ObjectTypeDefinitionNode): boolean {
  return directives?.some(({ name }) => name.value === 'shareable') ?? false;
}

const ours = [partitioned(1), partitioned(sites)];
const others = values.shareable.split(',').map((count) => oneSubgraphForEachSite(Number(count)));
for (let run = 0; run <= runs; run++) for (const way of [...ours, ...others]) measure(way, run);

console.log(`the Sites' real schema; processor time, medians of ${runs} runs in turns after one that warms up; lowest to highest in brackets\n`);
console.log('                                        compose                  plan                   against one Site: compose, plan');
const spread = (figures: readonly number[], digits: number): string =>
  `${median(figures).toFixed(digits)} ms (${Math.min(...figures).toFixed(digits)}-${Math.max(...figures).toFixed(digits)})`;
for (const group of [ours, others]) {
  const [one] = group as [Way];
  for (const { name, composeMs, planMs } of group) {
    const ratios = [median(composeMs) / median(one.composeMs), median(planMs) / median(one.planMs)].map((ratio) => ratio.toFixed(2).padStart(8));
    console.log(`${name.padEnd(34)}  ${spread(composeMs, 0).padEnd(24)} ${spread(planMs, 2).padEnd(24)} ${ratios.join(' ')}`);
  }
}
