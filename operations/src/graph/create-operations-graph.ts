import type { ReferenceResolver } from '@ocopea/graph';
import type { ClassType } from 'type-graphql';
import { createEventResolver } from './event-resolver.js';
import type { OperationsGraphBinding } from './graph-binding.js';
import { operationLoaders } from './operation-loaders.js';
import { createOperationLogResolver } from './operation-log-resolver.js';
import { createOperationProgressResolver } from './operation-progress-resolver.js';
import { createOperationResolver } from './operation-resolver.js';

/** What a subgraph puts into `buildFederatedSchema` beside its own. */
export interface OperationsGraph {
  readonly resolvers: readonly [ClassType, ...ClassType[]];
  /** For `Operation`. */
  readonly referenceResolvers: Readonly<Record<string, ReferenceResolver<never>>>;
}

/**
 * Operations and events as Site and Hub both have them: `operations`, `operation`, `events`, `cancelOperation`,
 * `retryOperation`, `Operation.logs`, and the subscriptions `operationProgress`, `operationLogs` and `events`. Call it once per process: its classes have
 * fixed names.
 */
export function createOperationsGraph<Context extends object>(binding: OperationsGraphBinding<Context>): OperationsGraph {
  const findOperation: ReferenceResolver<Context> = async ({ id }, context) =>
    (await operationLoaders(context, binding.engineOf(context)).operation.load(id)) ?? null;
  return {
    resolvers: [createOperationResolver(binding), createOperationLogResolver(binding), createOperationProgressResolver(binding), createEventResolver(binding)],
    referenceResolvers: { Operation: findOperation as ReferenceResolver<never> },
  };
}
