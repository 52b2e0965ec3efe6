import DataLoader from 'dataloader';
import type { OperationEngine } from '../operation-engine.js';
import type { OperationRecord, StepRecord } from '../operation-record.js';

export interface OperationLoaders {
  readonly operation: DataLoader<string, OperationRecord | undefined>;
  readonly steps: DataLoader<string, readonly StepRecord[]>;
}

const loadersOfContext = new WeakMap<object, OperationLoaders>();

/**
 * Batches what one request reads. They keep nothing: a subscription lives in one context for hours, and each of its events
 * wants the present state.
 */
export function operationLoaders(context: object, engine: OperationEngine): OperationLoaders {
  let loaders = loadersOfContext.get(context);
  if (loaders === undefined) {
    loaders = {
      operation: new DataLoader((ids) => engine.findMany([...new Set(ids)]).then((found) => inOrder(ids, found)), { cache: false }),
      steps: new DataLoader((ids) => engine.steps(ids), { cache: false }),
    };
    loadersOfContext.set(context, loaders);
  }
  return loaders;
}

/** Without a cache the same id may be asked for twice in a batch. */
function inOrder(ids: readonly string[], found: readonly (OperationRecord | undefined)[]): (OperationRecord | undefined)[] {
  const byId = new Map(found.map((record) => [record?.id, record]));
  return ids.map((id) => byId.get(id));
}
