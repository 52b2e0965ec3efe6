import { BrokerError } from './broker-error.js';

/**
 * How many bytes may pass in a second, shared by all who move some: a token bucket that pieces are taken from one by one. A piece goes
 * as soon as those before it have had their time, so nobody is ever let through faster than the rate but for one piece; an idle time
 * is not made up for. Those who wait go in the order of fair queueing: who has moved less lately comes first, whatever the
 * sizes of pieces. In one process; its clock is `performance.now()`.
 *
 * @example
 * const rate = new ByteRate(10_000_000);
 * const flow = rate.flow();
 * for (const piece of pieces) {
 *   await flow.take(piece.length, signal);
 *   await store(piece);
 * }
 */
export class ByteRate {
  /** Bytes that may pass at once; below 0, what has passed ahead of its time. */
  #balance = 0;
  #settledAt = performance.now();
  /** The virtual time of fair queueing: the start of the piece that went last. */
  #virtual = 0;
  readonly #waiting: Waiting[] = [];
  /** Bytes that were reserved under a key and have not been moved yet. */
  readonly #reserved = new Map<string, number>();
  readonly #keyed = new Map<string, ByteFlow>();
  #timer: NodeJS.Timeout | undefined;

  /** @param bytesPerSecond absent: no limit */
  constructor(private bytesPerSecond?: number) {}

  get isLimited(): boolean {
    return this.bytesPerSecond !== undefined;
  }

  /** From now on; those who wait already are let through as the new one has it. */
  set(bytesPerSecond: number | undefined): void {
    this.#settle();
    if (bytesPerSecond === undefined) this.#balance = 0;
    this.bytesPerSecond = bytesPerSecond;
    this.#serve();
  }

  /** One of those who share it. Pieces of one flow go in the order in which they ask. */
  flow(): ByteFlow {
    return new ByteFlow(this);
  }

  /**
   * For callers who must not wait here, because they hold a connection: 0 when `bytes` may be moved now, which are counted at once; otherwise
   * the milliseconds until they should ask again, at most {@link longestDelayMs}. Who asks again in time has kept its place.
   */
  reserve(key: string, bytes: number): number {
    if (this.bytesPerSecond === undefined) return 0;
    const kept = this.#reserved.get(key) ?? 0;
    if (bytes === 0 && kept > 0) return 0;
    const at = this.#waiting.findIndex((one) => one.key === key);
    const known = this.#waiting[at];
    const flow = this.#keyed.get(key) ?? this.flow();
    this.#keyed.delete(key);
    this.#keyed.set(key, flow);
    if (this.#keyed.size > mostKeys) this.#forget(this.#keyed.keys().next().value!);
    const asking: Waiting = known ?? { key, ...flow.next(bytes, this.#virtual) };
    if (known === undefined) this.#insert(asking);
    asking.isBack = true;
    asking.keptUntil = undefined;
    this.#serve();
    if (!this.#waiting.includes(asking)) {
      // What an earlier reservation has left over is given back: it turned out to be fewer bytes.
      this.#balance += kept;
      this.#reserved.set(key, asking.bytes);
      return 0;
    }
    asking.isBack = false;
    const before = this.#waiting.slice(0, this.#waiting.indexOf(asking)).reduce((sum, one) => sum + one.bytes, 0);
    return Math.min(longestDelayMs, Math.max(1, Math.ceil(((before - this.#balance) / this.bytesPerSecond) * 1000)));
  }

  /** Counts bytes that are moved without having waited, those that were reserved under the key first. */
  charge(bytes: number, key?: string): void {
    if (this.bytesPerSecond === undefined) return;
    const reserved = key === undefined ? 0 : Math.min(this.#reserved.get(key) ?? 0, bytes);
    if (key !== undefined && reserved > 0) this.#reserved.set(key, this.#reserved.get(key)! - reserved);
    this.#settle();
    this.#balance -= bytes - reserved;
  }

  /** Takes back what was counted and did not have to be moved. */
  giveBack(bytes: number): void {
    if (this.bytesPerSecond === undefined || bytes <= 0) return;
    this.#settle();
    this.#balance += bytes;
    this.#serve();
  }

  /** @internal Resolves when the piece may pass. @throws CANCELLED */
  wait(piece: Pick<Waiting, 'start' | 'bytes'>, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(cancelled());
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        this.#serve();
        reject(cancelled());
      };
      const waiting: Waiting = {
        ...piece,
        go: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#insert(waiting);
      this.#serve();
    });
  }

  /** @internal */
  get virtual(): number {
    return this.#virtual;
  }

  #insert(one: Waiting): void {
    // What was saved up while nobody wanted to move anything is not there for who comes now.
    this.#settle();
    if (this.#waiting.length === 0) this.#balance = Math.min(this.#balance, 0);
    const behind = this.#waiting.findIndex(({ start }) => start > one.start);
    this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, one);
  }

  #serve(): void {
    clearTimeout(this.#timer);
    this.#settle();
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#balance < 0) return this.#later((-this.#balance / this.bytesPerSecond!) * 1000);
      if (next.key !== undefined && !next.isBack) {
        const now = performance.now();
        next.keptUntil ??= now + placeKeptMs;
        if (now < next.keptUntil) return this.#later(next.keptUntil - now);
        this.#waiting.shift();
        continue;
      }
      this.#waiting.shift();
      this.#virtual = Math.max(this.#virtual, next.start);
      if (this.bytesPerSecond !== undefined) this.#balance -= next.bytes;
      next.go?.();
    }
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.#serve(), Math.ceil(ms));
  }

  /** Lets the time since the last look count. A little may be saved up while somebody waits, since timers come late. */
  #settle(): void {
    const now = performance.now();
    const since = now - this.#settledAt;
    this.#settledAt = now;
    if (this.bytesPerSecond === undefined) return;
    this.#balance = Math.min(this.#balance + (since / 1000) * this.bytesPerSecond, (lateMs / 1000) * this.bytesPerSecond);
  }

  #forget(key: string): void {
    this.#keyed.delete(key);
    this.#reserved.delete(key);
  }
}

/** One who moves bytes at a rate that others share. */
export class ByteFlow {
  /** Where its next piece begins in the virtual time. */
  #next = 0;

  constructor(private readonly rate: ByteRate) {}

  /** Resolves when so many bytes may be moved, which are counted then. @throws CANCELLED */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.rate.isLimited) await this.rate.wait(this.next(bytes, this.rate.virtual), signal);
  }

  /** Fewer had to be moved than were taken. */
  giveBack(bytes: number): void {
    this.#next -= bytes;
    this.rate.giveBack(bytes);
  }

  /** @internal The place of its next piece. */
  next(bytes: number, virtual: number): { readonly start: number; readonly bytes: number } {
    const start = Math.max(this.#next, virtual);
    this.#next = start + bytes;
    return { start, bytes };
  }
}

interface Waiting {
  readonly start: number;
  readonly bytes: number;
  readonly go?: () => void;
  /** Of one who asks now and then instead of waiting here. */
  readonly key?: string;
  isBack?: boolean;
  /** When the place of one who does not come back goes to the next. */
  keptUntil?: number | undefined;
}

function cancelled(): BrokerError {
  return new BrokerError('CANCELLED', 'the wait for the bandwidth of a repository was cancelled; nothing of it was moved');
}

/** The longest that {@link ByteRate.reserve} sends somebody away for, so that a new limit counts soon. */
export const longestDelayMs = 5_000;
const placeKeptMs = 1_000;
const lateMs = 100;
/** Keys that are remembered; more than transfers at the same time. */
const mostKeys = 1_000;
