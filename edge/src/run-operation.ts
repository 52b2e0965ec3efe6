import type { ExecutionResult } from 'graphql';
import { CallScope } from './call-scope.js';
import type { RefusedOperation } from './document-cache.js';
import { bindRequest } from './edge-context.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import type { PreparedOperation } from './operation-executor.js';

export interface RunOperationOptions {
  readonly operation: PreparedOperation | RefusedOperation;
  readonly variables: Record<string, unknown>;
  readonly request: Omit<EdgeRequest, 'signal'>;
  /** Each of them ends it, beside the deadline. */
  readonly endedBy: readonly AbortSignal[];
}

/**
 * Runs a query or mutation of any door within the deadline of a request.
 *
 * @throws DEADLINE_EXCEEDED, or the reason of a signal
 */
export async function runOperation<TContext extends object>(
  { operation, variables, request, endedBy }: RunOperationOptions,
  { engine, limits, options }: EdgeServices<TContext>,
): Promise<ExecutionResult> {
  using scope = new CallScope({ endedBy, deadlineMs: limits.requestDeadlineMs });
  const scoped: EdgeRequest = { ...request, signal: scope.signal };
  const context = bindRequest(await options.context(scoped), scoped);
  return await scope.race(engine.execute(operation, variables, context));
}
