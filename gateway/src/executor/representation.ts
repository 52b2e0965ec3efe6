import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { compileRewrites } from './data-rewrites.js';
import type { HasKey } from './entity-keys.js';
import { isJsonObject, ownValue, setOwn, type JsonObject } from './json.js';
import { mergeData } from './merge-data.js';
import type { TypeConditions } from './type-conditions.js';

/** What a subgraph is told of an entity; `undefined` when the entity lacks something that is needed for it. */
export type Represent = (entity: JsonObject) => JsonObject | undefined;

/** Takes what a selection names out of an object; `undefined` when a field of it, or of an object below, is not there. */
type Pick = (object: JsonObject) => JsonObject | undefined;

type Requirement = { readonly requires?: FetchNode['requires']; readonly inputRewrites?: FetchNode['inputRewrites'] };

/**
 * Compiles `requires` and `inputRewrites` of a fetch.
 *
 * @param hasKey - of its subgraph: of a type that the plan means not to ask for, `requires` may name less than a key
 */
export function compileRepresentation({ requires = [], inputRewrites }: Requirement, types: TypeConditions, hasKey: HasKey): Represent {
  const pick = compilePick(requires, types);
  const rewrite = compileRewrites(inputRewrites, types);
  return (entity) => {
    const representation = pick(entity);
    if (!representation?.['__typename']) return undefined;
    rewrite?.(representation);
    return hasKey(representation) ? representation : undefined;
  };
}

function compilePick(selections: readonly QueryPlanSelectionNode[], types: TypeConditions): Pick {
  const parts = selections.map((selection) => compilePart(selection, types));
  return (object) => {
    const picked: JsonObject = {};
    for (const part of parts) {
      if (!part(object, picked)) return undefined;
    }
    return picked;
  };
}

/** Adds to what is picked; `false` when the object does not have it. */
type Part = (object: JsonObject, picked: JsonObject) => boolean;

function compilePart(selection: QueryPlanSelectionNode, types: TypeConditions): Part {
  if (selection.kind === 'InlineFragment') {
    if (selection.typeCondition === undefined) return () => true;
    const fitting = types.fitting(selection.typeCondition);
    const below = compilePick(selection.selections, types);
    return (object, picked) => {
      if (fitting.has(object['__typename'] as string)) {
        const found = below(object);
        if (found) mergeData(picked, found);
      }
      return true;
    };
  }
  const key = selection.alias ?? selection.name;
  const below = selection.selections && compilePick(selection.selections, types);
  return (object, picked) => {
    const value = ownValue(object, key);
    const taken = below ? takeFrom(value, below) : value;
    if (taken === undefined) return false;
    setOwn(picked, key, taken);
    return true;
  };
}

function takeFrom(value: unknown, below: Pick): unknown {
  if (!Array.isArray(value)) return isJsonObject(value) ? below(value) : value;
  const taken = value.map((each) => takeFrom(each, below));
  return taken.includes(undefined) ? undefined : taken;
}
