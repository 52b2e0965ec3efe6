import { OcopeaError } from '@ocopea/graph';
import type { ExecutionResult } from 'graphql';
import { CallScope } from './call-scope.js';
import { bindRequest } from './edge-context.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import type { PreparedOperation } from './operation-executor.js';
import type { OperationParameters } from './operation-parameters.js';
import { beginOperationSpan } from './operation-span.js';
import { endSpan } from './request-trace.js';
import { codeOfErrors, runOperation } from './run-operation.js';
import { SubscriptionStream, toClientResult } from './subscription-stream.js';

/**
 * Starts any operation for a client that stays connected, and answers its results: one for a query or mutation, which take the
 * same way as over HTTP, as many as there are events for a subscription. What goes wrong is a result as well.
 */
export async function startOperation<TContext extends object>(
  parameters: OperationParameters,
  request: Omit<EdgeRequest, 'asked' | 'trace'>,
  services: EdgeServices<TContext>,
): Promise<ExecutionResult | SubscriptionStream> {
  try {
    const operation = services.engine.prepare(parameters, request.principal);
    if ('operation' in operation) {
      const type = operation.operation.operation;
      if (type === 'subscription') return await startSubscription(operation, parameters, request, services);
      if (type === 'mutation' && parameters.isReadOnly) throw new OcopeaError('BAD_REQUEST', 'mutations cannot be sent by GET; use POST');
    }
    return await runOperation({ operation, parameters, request, endedBy: [request.signal] }, services);
  } catch (error) {
    const refusal = services.engine.toClient(error);
    services.metrics.refused(refusal.extensions['code']);
    return { errors: [refusal] };
  }
}

async function startSubscription<TContext extends object>(
  operation: PreparedOperation,
  parameters: OperationParameters,
  request: Omit<EdgeRequest, 'asked' | 'trace'>,
  { closing, engine, limits, metrics, options }: EdgeServices<TContext>,
): Promise<ExecutionResult | SubscriptionStream> {
  const { document, operationName } = operation;
  const { variables } = parameters;
  engine.admit(operation, variables, request.principal);
  const toClient = (error: unknown) => engine.toClient(error);
  // Ends with the stream as well, so that a source that waits for its next event is let go.
  const scope = new CallScope({ endedBy: [request.signal, closing] });
  const trace = beginOperationSpan(operation, engine.nameOf(operation), request, parameters);
  const end = (code?: string) => {
    endSpan(trace, code);
    scope.abort(new OcopeaError('CANCELLED', 'the client does not want more events'));
    scope[Symbol.dispose]();
  };
  try {
    const scoped: EdgeRequest = { ...request, asked: nothingAsked, trace, signal: scope.signal };
    const context = bindRequest(await options.context(scoped), scoped);
    const started = await options.subscribe({ document, operationName, variables, context, signal: scope.signal });
    if (!(Symbol.asyncIterator in started)) {
      const refused = toClientResult(started, toClient);
      end(codeOfErrors(refused));
      return refused;
    }
    metrics.subscriptionStarted(request.transport);
    return new SubscriptionStream({
      source: started,
      signal: scope.signal,
      slowSubscriberMs: limits.slowSubscriberMs,
      toClient,
      onTooSlow: () => options.log.warn({ requestId: request.id }, 'a subscriber was too slow and lost its subscription'),
      onEnded: (events, code) => {
        trace?.span.setAttribute('ocopea.events', events);
        metrics.subscriptionEnded(request.transport);
        end(code);
      },
    });
  } catch (error) {
    end(String(engine.codeOf(error)));
    throw error;
  }
}

/** What is asked beside the answer is for operations that have one answer. */
const nothingAsked = { cost: false, explain: false };
