import type { MemberRequest, MemberResult, MemberSubscribeOptions, PartitionMember } from '@ocopea/partition';
import type { GatewayContext } from './gateway-context.js';
import type { GraphObserver } from './graph-observer.js';
import { watchedCall } from './watched-call.js';

/** The member with each of its requests traced and explained where that is wanted, and its open streams counted. */
export function watchedMember(member: PartitionMember, observer: GraphObserver | undefined): PartitionMember {
  const { id, sdl, covers } = member;
  return {
    id,
    sdl,
    covers,
    execute: (request, options) =>
      watchedCall(id, request, options.context as GatewayContext | undefined, (context) => member.execute(request, { ...options, context })),
    subscribe: observer?.upstreamChanged === undefined ? (request, options) => member.subscribe(request, options) : counted,
  };

  async function* counted(request: MemberRequest, options: MemberSubscribeOptions): AsyncGenerator<MemberResult, void, void> {
    observer?.upstreamChanged?.({ member: id, by: 1 });
    try {
      yield* member.subscribe(request, options);
    } finally {
      observer?.upstreamChanged?.({ member: id, by: -1 });
    }
  }
}
