import type { PartitionObserver } from '@ocopea/partition';
import type { GatewayContext } from './gateway-context.js';
import type { GraphObserver } from './graph-observer.js';
import { traceMerge } from './traced-data-source.js';

/** What the partition reports goes to whoever measures, and to the trace and explanation of the request that it was for. */
export function partitionWatch(observer: GraphObserver = {}): PartitionObserver {
  return {
    callEnded(call) {
      (call.context as GatewayContext | undefined)?.explanation?.called(call);
      observer.callEnded?.(call);
    },
    fetchEnded(fetch) {
      traceMerge(fetch);
      observer.fetchEnded?.(fetch);
    },
    breakerChanged: (change) => observer.breakerChanged?.(change),
    streamEvent: (event) => observer.streamEvent?.(event),
    subscribersChanged: (change) => observer.subscribersChanged?.(change),
    upstreamsChanged: (change) => observer.upstreamsChanged?.(change),
  };
}
