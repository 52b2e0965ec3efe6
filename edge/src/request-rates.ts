import { rateLimited } from '@ocopea/graph';
import type { Principal } from '@ocopea/security';
import type { EdgeLimits } from './edge-limits.js';
import { TokenBuckets } from './token-buckets.js';

type RateLimits = Pick<EdgeLimits, 'requestsPerSecond' | 'requestsBurst' | 'refusalsPerSecond' | 'refusalsBurst' | 'countedCallers'>;

/**
 * How often callers may ask. Who has shown a valid credential is counted by that, wherever they come from and by whatever transport.
 * Before, an address is: only its wrong credentials count, so that many good callers behind one proxy do not disturb each other.
 */
export class RequestRates {
  private readonly requests: TokenBuckets;
  private readonly refusals: TokenBuckets;

  /**
   * @param isExempt - who is not counted
   * @param now - milliseconds of a clock that only goes forward
   */
  constructor(
    limits: RateLimits,
    private readonly isExempt: (principal: Principal) => boolean = () => false,
    now?: () => number,
  ) {
    const common = { maxBuckets: limits.countedCallers, ...(now && { now }) };
    this.requests = new TokenBuckets({ ...common, perSecond: limits.requestsPerSecond, burst: limits.requestsBurst });
    this.refusals = new TokenBuckets({ ...common, perSecond: limits.refusalsPerSecond, burst: limits.refusalsBurst });
  }

  /** Counts one request or operation. @throws RATE_LIMITED */
  count(principal: Principal): void {
    if (this.isExempt(principal)) return;
    const { kind, name, via } = principal;
    const waitMs = this.requests.take(JSON.stringify([kind, name, via]));
    if (waitMs > 0) throw rateLimited(`${kind} "${name}"`, waitMs);
  }

  /** What `authenticate` answers, unless too many credentials from this address were wrong. @throws RATE_LIMITED, or what it throws */
  async guard(address: string, authenticate: () => Promise<Principal>): Promise<Principal> {
    const waitMs = this.refusals.wait(address);
    if (waitMs > 0) throw rateLimited('an address that many wrong credentials came from', waitMs);
    try {
      return await authenticate();
    } catch (error) {
      this.refusals.take(address);
      throw error;
    }
  }
}
