import { forbidden, notSupported } from '@ocopea/graph';
import type { ExecutionResult } from 'graphql';
import { CallScope } from './call-scope.js';
import type { RefusedOperation } from './document-cache.js';
import { bindRequest } from './edge-context.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import type { PreparedOperation } from './operation-executor.js';
import { askedExtras, type OperationParameters } from './operation-parameters.js';
import { beginOperationSpan } from './operation-span.js';
import { endSpan } from './request-trace.js';

export interface RunOperationOptions {
  readonly operation: PreparedOperation | RefusedOperation;
  readonly parameters: OperationParameters;
  readonly request: Omit<EdgeRequest, 'signal' | 'asked' | 'trace'>;
  /** Each of them ends it, beside the deadline. */
  readonly endedBy: readonly AbortSignal[];
}

/**
 * Runs a query or mutation of any door within the deadline of a request, in a span of its own where it is traced.
 *
 * @throws FORBIDDEN, NOT_SUPPORTED the client wants an explanation
 * @throws QUERY_TOO_EXPENSIVE
 * @throws DEADLINE_EXCEEDED, or the reason of a signal
 */
export async function runOperation<TContext extends object>(
  { operation, parameters, request, endedBy }: RunOperationOptions,
  { engine, limits, options }: EdgeServices<TContext>,
): Promise<ExecutionResult> {
  const asked = askedExtras(parameters);
  if (asked.explain) checkMayExplain(request, options.mayExplain);
  using scope = new CallScope({ endedBy, deadlineMs: limits.requestDeadlineMs });
  const trace = beginOperationSpan(operation, engine.nameOf(operation), request, parameters);
  const scoped: EdgeRequest = { ...request, asked, trace, signal: scope.signal };
  try {
    const context = bindRequest(await options.context(scoped), scoped);
    const result = await scope.race(engine.execute(operation, parameters.variables, context));
    if (trace) endSpan(trace, codeOfErrors(result));
    return result;
  } catch (error) {
    if (trace) endSpan(trace, String(engine.codeOf(error)));
    throw error;
  }
}

function checkMayExplain({ principal }: Pick<EdgeRequest, 'principal'>, mayExplain: ((who: EdgeRequest['principal']) => boolean) | undefined): void {
  if (mayExplain === undefined) throw notSupported('an explanation', 'ask the Hub, which plans what its Sites are asked');
  if (!mayExplain(principal)) throw forbidden(`${principal.kind} "${principal.name}"`, 'ask for an explanation of a request');
}

/** Of the first of them. */
export function codeOfErrors({ errors }: ExecutionResult): string | undefined {
  return errors?.[0] && String(errors[0].extensions['code'] ?? 'INTERNAL');
}
