import type { JournalEntry, JournalSubscribeOptions } from './journal.js';
import { passesFilter } from './journal-filter.js';
import type { OperationLog } from './log.js';

/** How many entries the tail keeps in memory for its followers. */
const KEPT = 1_000;
/** How many entries one read of the table brings. */
const PAGE = 500;
/** A notification may be lost together with the connection; this often the table is asked anyway. */
const POLL_MS = 5_000;

export interface JournalTailOptions {
  readonly read: (after: number, limit: number) => Promise<readonly JournalEntry[]>;
  readonly head: () => Promise<number>;
  readonly log: OperationLog;
}

/**
 * The newest entries, read from the table once for all followers. A follower that falls behind what is kept reads the table
 * itself, so neither a slow nor an early one costs memory.
 */
export class JournalTail {
  /** Consecutive entries; the last one is the newest that is known. */
  #kept: JournalEntry[] = [];
  #newest: number | undefined;
  #isReading = false;
  #isStale = false;
  #isClosed = false;
  #poll: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();
  #followers = 0;

  constructor(private readonly options: JournalTailOptions) {}

  /** Something may have been appended. */
  wake(): void {
    if (this.#followers === 0 || this.#isClosed) return;
    this.#isStale = true;
    if (!this.#isReading) void this.#readNew();
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#poll);
    this.#wakeFollowers();
  }

  /** Entries after `after` as they come. A generator alone would not do: its `return` waits for the `next` under way. */
  follow(options: JournalSubscribeOptions): AsyncIterableIterator<JournalEntry> {
    const left = new AbortController();
    const leave = (): void => {
      left.abort();
      this.#wakeFollowers();
    };
    if (options.signal?.aborted === true) leave();
    options.signal?.addEventListener('abort', leave, { once: true });
    const entries = this.#entries(options, left.signal);
    return {
      next: () => entries.next(),
      return: () => {
        options.signal?.removeEventListener('abort', leave);
        leave();
        return entries.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#entries(options: JournalSubscribeOptions, left: AbortSignal): AsyncGenerator<JournalEntry, void, void> {
    const isOver = (): boolean => this.#isClosed || left.aborted;
    const filter = options.filter ?? {};
    this.#enter();
    try {
      let seen = options.after ?? (await this.options.head());
      this.wake();
      while (!isOver()) {
        const newest = this.#newest ?? seen;
        const entries = await this.#after(seen);
        if (entries.length === 0) {
          // Retention may have removed all there was.
          if (newest > seen) seen = newest;
          else if (!isOver()) await this.#nextWake(seen);
          continue;
        }
        for (const entry of entries) {
          seen = entry.seq;
          if (passesFilter(entry, filter)) yield entry;
          if (isOver()) return;
        }
      }
    } finally {
      this.#leave();
    }
  }

  async #after(seen: number): Promise<readonly JournalEntry[]> {
    if (this.#newest !== undefined && seen >= this.#newest) return [];
    const first = this.#kept[0]?.seq;
    if (first !== undefined && seen >= first - 1) return this.#kept.slice(seen - first + 1);
    return this.options.read(seen, PAGE);
  }

  /** Resolves when there may be more than `seen`, or at the end of either side. */
  async #nextWake(seen: number): Promise<void> {
    if (this.#newest !== undefined && this.#newest > seen) return;
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async #readNew(): Promise<void> {
    this.#isReading = true;
    while (this.#isStale && !this.#isClosed && this.#followers > 0) {
      this.#isStale = false;
      try {
        this.#newest ??= await this.options.head();
        await this.#readUpToHead();
      } catch (error) {
        this.options.log.warn({ err: error }, 'reading the journal failed; trying again with the next event');
      }
      this.#wakeFollowers();
    }
    // In the same breath as the loop's last look, or a wake in between would be lost.
    this.#isReading = false;
  }

  async #readUpToHead(): Promise<void> {
    // The last follower may leave meanwhile, and take what is kept along.
    while (this.#newest !== undefined) {
      const entries = await this.options.read(this.#newest, PAGE);
      const last = entries.at(-1);
      if (last === undefined || this.#newest === undefined) return;
      // Retention may have cut a gap while nobody looked; what is kept must be consecutive.
      const isConsecutive = entries[0]?.seq === this.#newest + 1;
      this.#kept = [...(isConsecutive ? this.#kept : []), ...entries].slice(-KEPT);
      this.#newest = last.seq;
      if (entries.length < PAGE) return;
    }
  }

  #wakeFollowers(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #enter(): void {
    if (this.#followers++ > 0) return;
    this.#poll = setInterval(() => this.wake(), POLL_MS);
    this.#poll.unref();
  }

  #leave(): void {
    if (--this.#followers > 0) return;
    clearInterval(this.#poll);
    this.#kept = [];
    this.#newest = undefined;
  }
}
