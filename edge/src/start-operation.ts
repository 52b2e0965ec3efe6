import { OcopeaError } from '@ocopea/graph';
import {
  getOperationAST,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type OperationTypeNode,
} from 'graphql';
import { CallScope } from './call-scope.js';
import { checkDocument } from './check-document.js';
import { bindRequest } from './edge-context.js';
import type { EdgeRequest } from './edge-options.js';
import type { EdgeServices } from './edge-services.js';
import type { OperationParameters } from './operation-parameters.js';
import { SubscriptionStream, toClientResult } from './subscription-stream.js';

/**
 * Starts any operation for a client that stays connected, and answers its results: one for a query or mutation, which take the
 * same way as over HTTP, as many as there are events for a subscription. What goes wrong is a result as well.
 */
export async function startOperation<TContext extends object>(
  parameters: OperationParameters,
  request: EdgeRequest,
  services: EdgeServices<TContext>,
): Promise<ExecutionResult | SubscriptionStream> {
  try {
    checkDocument(parameters.query, services.limits);
    const { document, type } = parsed(parameters);
    if (document !== undefined && type === 'subscription')
      return await startSubscription(document, parameters, request, services);
    if (type === 'mutation' && parameters.isReadOnly)
      throw new OcopeaError('BAD_REQUEST', 'mutations cannot be sent by GET; use POST');
    return await executeOnce(parameters, request, services);
  } catch (error) {
    return { errors: [services.engine.toClient(error)] };
  }
}

interface ParsedOperation {
  readonly document?: DocumentNode;
  readonly type?: OperationTypeNode | undefined;
}

/** Nothing for a document that does not parse: Apollo Server answers that one. */
function parsed({ query, operationName }: OperationParameters): ParsedOperation {
  try {
    const document = parse(query);
    return { document, type: getOperationAST(document, operationName)?.operation };
  } catch {
    return {};
  }
}

async function executeOnce<TContext extends object>(
  parameters: OperationParameters,
  request: EdgeRequest,
  { engine, limits, options }: EdgeServices<TContext>,
): Promise<ExecutionResult> {
  using scope = new CallScope({ endedBy: [request.signal], deadlineMs: limits.requestDeadlineMs });
  const scoped = { ...request, signal: scope.signal };
  const context = bindRequest(await options.context(scoped), scoped);
  return await scope.race(engine.execute(parameters, context));
}

async function startSubscription<TContext extends object>(
  document: DocumentNode,
  { operationName, variables }: OperationParameters,
  request: EdgeRequest,
  { closing, engine, limits, metrics, options }: EdgeServices<TContext>,
): Promise<ExecutionResult | SubscriptionStream> {
  const toClient = (error: unknown) => engine.toClient(error);
  const problems = validate(engine.apiSchema, document, specifiedRules, { maxErrors: 20 });
  if (problems.length > 0) return { errors: problems.map(toClient) };
  // Ends with the stream as well, so that a source that waits for its next event is let go.
  const scope = new CallScope({ endedBy: [request.signal, closing] });
  const end = () => {
    scope.abort(new OcopeaError('CANCELLED', 'the client does not want more events'));
    scope[Symbol.dispose]();
  };
  try {
    const scoped = { ...request, signal: scope.signal };
    const context = bindRequest(await options.context(scoped), scoped);
    const started = await options.subscribe({ document, operationName, variables, context, signal: scope.signal });
    if (!(Symbol.asyncIterator in started)) {
      end();
      return toClientResult(started, toClient);
    }
    metrics.subscriptionStarted(request.transport);
    return new SubscriptionStream({
      source: started,
      signal: scope.signal,
      slowSubscriberMs: limits.slowSubscriberMs,
      toClient,
      onTooSlow: () => options.log.warn({ requestId: request.id }, 'a subscriber was too slow and lost its subscription'),
      onEnded: () => {
        metrics.subscriptionEnded(request.transport);
        end();
      },
    });
  } catch (error) {
    end();
    throw error;
  }
}
