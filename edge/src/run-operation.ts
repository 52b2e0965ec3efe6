import { forbidden, notSupported } from '@ocopea/graph';
import type { ExecutionResult } from 'graphql';
import { CallScope } from './call-scope.js';
import type { RefusedOperation } from './document-cache.js';
import { bindRequest } from './edge-context.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import type { PreparedOperation } from './operation-executor.js';
import { askedExtras, type OperationParameters } from './operation-parameters.js';
import { beginTrace, endSpan } from './request-trace.js';

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
  const trace = beginTrace(spanName(operation, engine.nameOf(operation)), traceCarrier(request, parameters), { 'ocopea.request.id': request.id });
  const scoped: EdgeRequest = { ...request, asked, trace, signal: scope.signal };
  try {
    const context = bindRequest(await options.context(scoped), scoped);
    const result = await scope.race(engine.execute(operation, parameters.variables, context));
    if (trace) endSpan(trace, codeOfFirst(result));
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

/** Over a WebSocket each operation may name a trace of its own. */
function traceCarrier({ headers, transport }: Pick<EdgeRequest, 'headers' | 'transport'>, { extensions }: OperationParameters): Readonly<Record<string, unknown>> {
  return transport === 'websocket' && typeof extensions['traceparent'] === 'string' ? extensions : headers;
}

function spanName(operation: PreparedOperation | RefusedOperation, name: string | undefined): string {
  const type = 'operation' in operation ? operation.operation.operation : 'refused operation';
  return name === undefined ? type : `${type} ${name}`;
}

function codeOfFirst({ errors }: ExecutionResult): string | undefined {
  return errors?.[0] && String(errors[0].extensions['code'] ?? 'INTERNAL');
}
