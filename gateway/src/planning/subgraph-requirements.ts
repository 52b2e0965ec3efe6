import { Kind, type DocumentNode, type SelectionNode } from 'graphql';
import { parseFieldSet } from './field-set.js';
import { argument, isFielded, isJoin, joinFields, subgraphNames } from './join-directives.js';
import { requirementKey } from './stand-ins.js';

const none: ReadonlySet<string> = new Set();

/**
 * What the fields of each subgraph require of others, and what it knows its entities by. Fields below others are
 * written with dots, without type conditions: `dimensions.height`.
 */
export class SubgraphRequirements {
  readonly #requirements = new Map<string, ReadonlySet<string>>();
  readonly #keys = new Map<string, Set<string>>();

  constructor(supergraph: DocumentNode) {
    const names = subgraphNames(supergraph);
    const nameOf = (graph: unknown): string => names.get(String(graph)) ?? String(graph);
    for (const { name: type, directives = [], fields = [] } of supergraph.definitions.filter(isFielded)) {
      for (const directive of directives) {
        const key = isJoin(directive, 'type') ? argument(directive, 'key') : undefined;
        if (typeof key === 'string') this.#addKey(keysOf(nameOf(argument(directive, 'graph')), type.value), key);
      }
      for (const field of fields) {
        for (const directive of joinFields(field)) {
          const requires = argument(directive, 'requires');
          if (typeof requires === 'string') this.#requirements.set(requirementKey(nameOf(argument(directive, 'graph')), type.value, field.name.value), new Set(pathsOf(requires)));
        }
      }
    }
  }

  /** Whether any field of any subgraph requires something. */
  get isEmpty(): boolean {
    return this.#requirements.size === 0;
  }

  of(subgraph: string, type: string, field: string): ReadonlySet<string> {
    return this.#requirements.get(requirementKey(subgraph, type, field)) ?? none;
  }

  /** Of all its keys together. */
  keys(subgraph: string, type: string): ReadonlySet<string> {
    return this.#keys.get(keysOf(subgraph, type)) ?? none;
  }

  #addKey(of: string, fields: string): void {
    const known = this.#keys.get(of) ?? new Set();
    for (const path of pathsOf(fields)) known.add(path);
    this.#keys.set(of, known);
  }
}

function keysOf(subgraph: string, type: string): string {
  return `${subgraph}\n${type}`;
}

function pathsOf(fields: string): string[] {
  return leaves(parseFieldSet(fields).selections, []);
}

function leaves(selections: readonly SelectionNode[], above: readonly string[]): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) return leaves(selection.selectionSet.selections, above);
    const path = [...above, selection.name.value];
    return selection.selectionSet ? leaves(selection.selectionSet.selections, path) : [path.join('.')];
  });
}
