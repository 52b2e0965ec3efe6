import type { RefusedOperation } from './document-cache.js';
import type { EdgeRequest } from './edge-options.js';
import type { PreparedOperation } from './operation-executor.js';
import type { OperationParameters } from './operation-parameters.js';
import { beginTrace, type RequestTrace } from './request-trace.js';

/**
 * Begins the span of an operation of a client, where it is traced.
 *
 * @param name - of a known document
 */
export function beginOperationSpan(
  operation: PreparedOperation | RefusedOperation,
  name: string | undefined,
  request: Pick<EdgeRequest, 'id' | 'headers' | 'transport'>,
  parameters: OperationParameters,
): RequestTrace | undefined {
  return beginTrace(spanName(operation, name), traceCarrier(request, parameters), { 'ocopea.request.id': request.id });
}

/** Over a WebSocket each operation may name a trace of its own. */
function traceCarrier({ headers, transport }: Pick<EdgeRequest, 'headers' | 'transport'>, { extensions }: OperationParameters): Readonly<Record<string, unknown>> {
  return transport === 'websocket' && typeof extensions['traceparent'] === 'string' ? extensions : headers;
}

function spanName(operation: PreparedOperation | RefusedOperation, name: string | undefined): string {
  const type = 'operation' in operation ? operation.operation.operation : 'refused operation';
  return name === undefined ? type : `${type} ${name}`;
}
