export interface TokenBucketsOptions {
  /** Tokens that come back to each bucket. 0: no limit. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
  /** Buckets kept at most. Keys beyond them share one, so that inventing keys wins nothing. */
  readonly maxBuckets: number;
  /** Milliseconds of a clock that only goes forward. @default performance.now */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** How often each of many callers may do something: a token bucket for each, in bounded memory. */
export class TokenBuckets {
  /** In order of last use. A full bucket is as good as none. */
  private readonly buckets = new Map<string, Bucket>();
  private readonly shared: Bucket;
  private readonly now: () => number;

  constructor(private readonly options: TokenBucketsOptions) {
    this.now = options.now ?? (() => performance.now());
    this.shared = { tokens: options.burst, filledAt: this.now() };
  }

  /** Buckets that are kept now. */
  get size(): number {
    return this.buckets.size;
  }

  /** Takes one token. @returns 0, or after how many milliseconds there is one; nothing was taken then */
  take(key: string): number {
    const { perSecond } = this.options;
    if (perSecond === 0) return 0;
    const bucket = this.bucketOf(key);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return 0;
    }
    return ((1 - bucket.tokens) / perSecond) * 1_000;
  }

  /** As {@link take}, and takes nothing. */
  wait(key: string): number {
    const { perSecond } = this.options;
    const bucket = perSecond === 0 ? undefined : this.buckets.get(key);
    if (bucket === undefined) return 0;
    this.fill(bucket, this.now());
    return bucket.tokens >= 1 ? 0 : ((1 - bucket.tokens) / perSecond) * 1_000;
  }

  private bucketOf(key: string): Bucket {
    const now = this.now();
    const known = this.buckets.get(key);
    const bucket = known ?? (this.hasRoom(now) ? { tokens: this.options.burst, filledAt: now } : this.shared);
    this.fill(bucket, now);
    if (bucket !== this.shared) {
      this.buckets.delete(key);
      this.buckets.set(key, bucket);
    }
    return bucket;
  }

  private hasRoom(now: number): boolean {
    if (this.buckets.size < this.options.maxBuckets) return true;
    const [oldest] = this.buckets;
    if (oldest === undefined) return false;
    const [key, bucket] = oldest;
    this.fill(bucket, now);
    if (bucket.tokens < this.options.burst) return false;
    this.buckets.delete(key);
    return true;
  }

  private fill(bucket: Bucket, now: number): void {
    const { perSecond, burst } = this.options;
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1_000) * perSecond);
    bucket.filledAt = now;
  }
}
