import { Kind, parse, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from '../planning/field-set.js';
import { argument, isFielded, isJoin, subgraphNames } from '../planning/join-directives.js';
import { isJsonObject, ownValue, type JsonObject } from './json.js';

/** Whether a representation has a whole key. */
export type HasKey = (representation: JsonObject) => boolean;

/** The keys by which subgraphs find entities, as a supergraph says. */
export class EntityKeys {
  /** By subgraph, and by type. */
  readonly #keys = new Map<string, Map<string, SelectionSetNode[]>>();

  constructor(supergraphSdl: string) {
    const supergraph = parse(supergraphSdl, { noLocation: true });
    const names = subgraphNames(supergraph);
    for (const type of supergraph.definitions.filter(isFielded)) {
      for (const directive of (type.directives ?? []).filter((each) => isJoin(each, 'type'))) {
        const key = argument(directive, 'key');
        if (typeof key !== 'string') continue;
        const subgraph = names.get(String(argument(directive, 'graph'))) ?? '';
        const ofSubgraph = this.#keys.get(subgraph) ?? new Map<string, SelectionSetNode[]>();
        this.#keys.set(subgraph, ofSubgraph.set(type.name.value, [...(ofSubgraph.get(type.name.value) ?? []), parseFieldSet(key)]));
      }
    }
  }

  /** A type that has no key there is no entity there. */
  of(subgraph: string): HasKey {
    const ofSubgraph = this.#keys.get(subgraph);
    return (representation) => ofSubgraph?.get(String(representation['__typename']))?.some((key) => hasAll(representation, key)) ?? false;
  }
}

function hasAll(value: unknown, set: SelectionSetNode): boolean {
  if (Array.isArray(value)) return value.every((each) => hasAll(each, set));
  // What is null has no parts.
  if (!isJsonObject(value)) return value !== undefined;
  return set.selections.every((each) => {
    if (each.kind !== Kind.FIELD) return true;
    const part = ownValue(value, each.name.value);
    return each.selectionSet ? hasAll(part, each.selectionSet) : part !== undefined;
  });
}
