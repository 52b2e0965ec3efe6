import { isJsonObject, ownValue, setOwn, type JsonObject } from './json.js';

/**
 * Merges what a fetch brought into what is there. Objects are merged, lists of one length element by element; of anything else
 * the newer stays. Parts of `source` become parts of `target`: whoever merges one source twice copies it first.
 */
export function mergeData(target: JsonObject, source: JsonObject): void {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (value === undefined) continue;
    const present = ownValue(target, key);
    if (isJsonObject(present) && isJsonObject(value)) mergeData(present, value);
    else if (Array.isArray(present) && Array.isArray(value) && present.length === value.length) mergeLists(present, value);
    else setOwn(target, key, value);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (let index = 0; index < source.length; index++) {
    const present = target[index];
    const value = source[index];
    if (isJsonObject(present) && isJsonObject(value)) mergeData(present, value);
    else if (Array.isArray(present) && Array.isArray(value) && present.length === value.length) mergeLists(present, value);
    else target[index] = value;
  }
}
