import { beginSpan, endSpan } from '@ocopea/edge';
import type { MemberRequest, MemberResult } from '@ocopea/partition';
import { SpanKind } from '@opentelemetry/api';
import type { GatewayContext } from './gateway-context.js';

/**
 * Sends one request to a Site or subgraph, with a span of its own below that of the client's request and an entry in its
 * explanation, where there are such. Others pay for two comparisons.
 *
 * @param to - id of the Site, or name of the subgraph
 * @param send - is given the context to send with, whose trace is that of this request
 */
export async function watchedCall<Result extends MemberResult, Context extends GatewayContext | undefined>(
  to: string,
  request: MemberRequest,
  context: Context,
  send: (context: Context) => Promise<Result>,
): Promise<Result> {
  if (context?.trace === undefined && context?.explanation === undefined) return send(context);
  const isMutation = request.query.startsWith('mutation');
  const span = beginSpan(`call ${to}`, context.trace, { 'ocopea.to': to, 'graphql.operation.type': isMutation ? 'mutation' : 'query' }, SpanKind.CLIENT);
  const answered = context.explanation?.requested(to, request, isMutation);
  try {
    const result = await send(span ? { ...context, trace: span } : context);
    answered?.({ result });
    endSpan(span);
    return result;
  } catch (error) {
    const failure = codeOf(error);
    answered?.({ failure });
    endSpan(span, failure);
    throw error;
  }
}

/** What a call failed with. */
export function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'UNAVAILABLE';
}
