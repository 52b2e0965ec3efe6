import { OcopeaError } from '@ocopea/graph';
import { PARTITION_SPEC_URL } from '@ocopea/partition';
import { Kind, parse, valueFromASTUntyped, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { ComposedGraph } from './composed-graph.js';

/** A supergraph that was given as text. */
export interface GivenSupergraph {
  readonly graph: ComposedGraph;
  /** Where its subgraphs are: absolute HTTP addresses. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
}

/**
 * Reads a supergraph as `rover supergraph compose` or a schema registry makes it: Federation 2, or 1 with the join directives.
 *
 * What a supergraph demands for security or execution and this Hub does not do is refused: serving a schema without
 * its `@authenticated` would open what it closes.
 *
 * @param source - what to call it in messages, for example the path of its file
 * @throws SUPERGRAPH_INVALID
 * @throws NOT_SUPPORTED
 */
export function readSupergraph(sdl: string, source: string): GivenSupergraph {
  const document = parsed(sdl, source);
  refuseUnsupportedFeatures(document, source);
  const graph = built(sdl, source);
  return { graph, subgraphs: graph.subgraphs.map(({ name, url }) => ({ name, url: address(name, url, source) })) };
}

function parsed(sdl: string, source: string): DocumentNode {
  try {
    return parse(sdl);
  } catch (error) {
    throw invalid(source, `is not GraphQL SDL: ${(error as Error).message}`, 'give a composed supergraph, for example what "rover supergraph compose" writes', error);
  }
}

function refuseUnsupportedFeatures(document: DocumentNode, source: string): void {
  const features = linkedFeatures(document);
  const [partition] = features.filter(({ url }) => url.startsWith(PARTITION_SPEC_URL.replace(/\/v[^/]*$/, '/')));
  if (partition) {
    throw notSupported(
      source,
      `has a subgraph whose fields are spread over Sites (${partition.url}), and a file does not say which Sites there are`,
      'run "ocopea hub" without --supergraph and register the Sites, or compose that subgraph without its partition directives to have it fetched from its one address',
    );
  }
  const unsupported = features.filter(({ url, purpose }) => purpose !== undefined && !isDone(url));
  if (unsupported.length === 0) return;
  const list = unsupported.map(({ url, purpose }) => `${url} (for ${purpose})`).join(', ');
  throw notSupported(source, `needs what this Hub does not do: ${list}`, 'leave the directives of these out of the subgraphs and let the subgraphs check it themselves, or serve it with a router that has them');
}

const doneSpecifications = ['core', 'link', 'join', 'tag', 'inaccessible'];

/** By name alone: that a version of one of these is unknown, the planner says itself. */
function isDone(url: string): boolean {
  return doneSpecifications.some((name) => url.startsWith(`https://specs.apollo.dev/${name}/`));
}

function linkedFeatures(document: DocumentNode): { readonly url: string; readonly purpose: string | undefined }[] {
  const directives = document.definitions.flatMap<ConstDirectiveNode>((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION ? (definition.directives ?? []) : [],
  );
  return directives.flatMap((directive) => {
    const values = Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
    const url = directive.name.value === 'link' ? values['url'] : directive.name.value === 'core' ? values['feature'] : undefined;
    return typeof url === 'string' ? [{ url, purpose: values['for'] as string | undefined }] : [];
  });
}

function built(sdl: string, source: string): ComposedGraph {
  try {
    return new ComposedGraph(sdl, { isTrusted: false });
  } catch (error) {
    const causes = (error as { causes?: readonly Error[] }).causes ?? [error as Error];
    throw invalid(source, `cannot be served: ${causes.map(({ message }) => message).join('; ')}`, 'give a supergraph, composed for Federation 2; a schema of one subgraph is none', error);
  }
}

function address(name: string, url: string, source: string): string {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw invalid(source, `gives subgraph "${name}" the address ${JSON.stringify(url)}`, 'compose it with an http:// or https:// routing URL for each subgraph');
}

function invalid(source: string, problem: string, remedy: string, cause?: unknown): OcopeaError {
  return new OcopeaError('SUPERGRAPH_INVALID', `the supergraph ${source} ${problem}; ${remedy}`, { cause });
}

function notSupported(source: string, problem: string, remedy: string): OcopeaError {
  return new OcopeaError('NOT_SUPPORTED', `the supergraph ${source} ${problem}; ${remedy}`);
}
