import { Kind } from 'graphql';
import { BoundedCache } from './bounded-cache.js';
import { FetchPlan } from './fetch-plan.js';
import { MemberFeed, type MemberFeedOptions } from './member-feed.js';
import type { MemberRequest } from './partition-member.js';
import { safeObserver, type PartitionObserver } from './partition-observer.js';
import type { PartitionPlan } from './partition-plan.js';
import { rootOf, StreamPlan } from './stream-plan.js';

export interface SharedStreamsOptions {
  /** Events of one stream of one member that are kept for who comes later. @default 1000 */
  readonly windowLimit?: number;
  /** How old the beginning of an upstream may be to be the present state of who comes later. @default 1000 */
  readonly freshMs?: number;
  /** How long an upstream outlives its last subscriber. @default 2000 */
  readonly lingerMs?: number;
  readonly observer?: PartitionObserver;
}

type FeedOptions = Pick<MemberFeedOptions, 'member' | 'stream' | 'isFinite' | 'tellsNewsOnly' | 'position' | 'backoff' | 'uncodedErrors'>;

/** Subscriptions that stay compiled, of each composition. */
const MAX_STREAM_PLANS = 1_000;

/**
 * The upstreams of a process. Subscriptions of the same caller that ask the same, be it behind different cursors, share them.
 */
export class SharedStreams {
  readonly observer: Required<PartitionObserver>;
  readonly #options: Required<Omit<SharedStreamsOptions, 'observer'>>;
  readonly #plans = new WeakMap<PartitionPlan, CompiledStreams>();
  readonly #numbers = new WeakMap<object, number>();
  readonly #feeds = new Map<string, MemberFeed>();
  #numbered = 0;
  #isClosed = false;

  constructor({ observer, ...options }: SharedStreamsOptions = {}) {
    this.observer = safeObserver(observer);
    this.#options = { windowLimit: 1_000, freshMs: 1_000, lingerMs: 2_000, ...options };
  }

  /** The same object for requests that differ by their cursor alone. */
  planOf(plan: PartitionPlan, request: MemberRequest): StreamPlan {
    let compiled = this.#plans.get(plan);
    if (!compiled) this.#plans.set(plan, (compiled = new CompiledStreams(plan)));
    return compiled.streamOf(request);
  }

  /** @param identity - whose stream; `undefined` shares it with nobody */
  feedOf(identity: string | undefined, options: FeedOptions): MemberFeed {
    const { member, stream, isFinite, tellsNewsOnly, uncodedErrors } = options;
    const key = JSON.stringify([this.#numberOf(stream), this.#numberOf(member), isFinite, tellsNewsOnly, uncodedErrors, identity ?? this.#numberOf({})]);
    const known = this.#feeds.get(key);
    if (known) return known;
    const field = stream.root.field.name;
    let open = 0;
    const feed = new MemberFeed({
      ...this.#options,
      ...options,
      ...(identity === undefined ? { lingerMs: 0 } : {}),
      onUpstreams: (change) => {
        open += change;
        this.observer.upstreamsChanged({ member: member.id, field, change });
        if (open === 0) this.#feeds.delete(key);
        else if (!this.#feeds.has(key)) this.#feeds.set(key, feed);
      },
    });
    return feed;
  }

  /** Ends all upstreams. Subscriptions that are open hear of nothing any more. */
  close(): void {
    this.#isClosed = true;
    for (const feed of [...this.#feeds.values()]) feed.close();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  #numberOf(object: object): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, ++this.#numbered);
    return this.#numbered;
  }
}

/** The subscriptions to one composition. */
class CompiledStreams {
  readonly #fetches = new BoundedCache<string, FetchPlan>(MAX_STREAM_PLANS);
  readonly #streams = new BoundedCache<string, StreamPlan>(MAX_STREAM_PLANS);

  constructor(private readonly plan: PartitionPlan) {}

  streamOf({ query, operationName, variables: given }: MemberRequest): StreamPlan {
    const fetch = this.#fetches.get(`${operationName ?? ''}\n${query}`, () => new FetchPlan(this.plan, query, operationName));
    const variables = fetch.withDefaults(given);
    const after = rootOf(fetch, variables).node.arguments?.find(({ name }) => name.value === 'after')?.value;
    const others = { ...variables };
    if (after?.kind === Kind.VARIABLE) delete others[after.name.value];
    return this.#streams.get(`${operationName ?? ''}\n${query}\n${JSON.stringify(Object.entries(others).sort())}`, () => new StreamPlan(this.plan, fetch, others));
  }
}
