import type { FetchDataRewrite } from '@apollo/query-planner';
import { isJsonObject, ownValue, setOwn, type JsonObject } from './json.js';
import type { TypeConditions } from './type-conditions.js';

/** Changes data in place. */
export type DataRewrite = (data: unknown) => void;

const fragment = '... on ';

/**
 * Compiles the rewrites of a fetch: values set, such as the `__typename` that an interface object is known by elsewhere, and
 * keys renamed. Path elements like `... on Parcel` apply to data of that type, and to data that does not say its type.
 */
export function compileRewrites(rewrites: readonly FetchDataRewrite[] | undefined, types: TypeConditions): DataRewrite | undefined {
  if (!rewrites?.length) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (data) => {
    for (const rewrite of compiled) rewrite(data);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, types: TypeConditions): DataRewrite {
  const key = rewrite.path.at(-1)!;
  let apply: (object: JsonObject) => void;
  if (rewrite.kind === 'ValueSetter') {
    apply = (object) => setOwn(object, key, rewrite.setValueTo);
  } else {
    apply = (object) => {
      if (!Object.hasOwn(object, key)) return;
      setOwn(object, rewrite.renameKeyTo, object[key]);
      delete object[key];
    };
  }
  return rewrite.path.slice(0, -1).reduceRight<DataRewrite>((below, element) => step(element, below, types), (value) => {
    if (Array.isArray(value)) value.filter(isJsonObject).forEach(apply);
    else if (isJsonObject(value)) apply(value);
  });
}

function step(element: string, below: DataRewrite, types: TypeConditions): DataRewrite {
  const fitting = element.startsWith(fragment) ? types.fitting(element.slice(fragment.length)) : undefined;
  const apply: DataRewrite = (value) => {
    if (Array.isArray(value)) {
      for (const each of value) apply(each);
    } else if (isJsonObject(value)) {
      if (!fitting) below(ownValue(value, element));
      else if (value['__typename'] === undefined || fitting.has(String(value['__typename']))) below(value);
    }
  };
  return apply;
}
