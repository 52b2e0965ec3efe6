import { beginSpan, endSpan } from '@ocopea/edge';
import type { MemberRequest, MemberResult, MemberSubscribeOptions, PartitionMember } from '@ocopea/partition';
import { SpanKind } from '@opentelemetry/api';
import type { GatewayContext } from './gateway-context.js';
import { codeOf, watchedCall } from './watched-call.js';

/** The member with each of its requests and streams traced and explained where that is wanted. */
export function watchedMember(member: PartitionMember): PartitionMember {
  const { id, sdl, covers } = member;
  return {
    id,
    sdl,
    covers,
    execute: (request, options) =>
      watchedCall(id, request, options.context as GatewayContext | undefined, (context) => member.execute(request, { ...options, context })),
    subscribe: (request, options) => {
      const context = options.context as GatewayContext | undefined;
      return context?.trace === undefined ? member.subscribe(request, options) : traced(member, request, options, context);
    },
  };
}

/** One upstream, from its beginning to its end, in the trace of the subscription that it was opened for. */
async function* traced(member: PartitionMember, request: MemberRequest, options: MemberSubscribeOptions, context: GatewayContext): AsyncGenerator<MemberResult, void, void> {
  const span = beginSpan(`upstream ${member.id}`, context.trace, { 'ocopea.to': member.id, 'graphql.operation.type': 'subscription' }, SpanKind.CLIENT);
  let failure: string | undefined;
  try {
    yield* member.subscribe(request, { ...options, context: span ? { ...context, trace: span } : context });
  } catch (error) {
    failure = codeOf(error);
    throw error;
  } finally {
    endSpan(span, failure);
  }
}
