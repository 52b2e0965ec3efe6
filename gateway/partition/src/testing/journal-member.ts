import { EventEmitter, once } from 'node:events';
import { EventBuffer } from '../event-buffer.js';
import { memberUnavailable } from '../partition-error.js';
import type { MemberRequest, MemberResult, MemberSubscribeOptions, PartitionMember } from '../partition-member.js';
import { CURSOR_ALIAS } from '../stream-plan.js';
import { LIBRARY_SDL } from './library-schema.js';

/** A member in this process whose stream `loans` is a journal, with every upstream under the hand of a test. */
export class JournalMember implements PartitionMember {
  readonly sdl = LIBRARY_SDL;
  readonly covers = 'whole';
  /** Cursors are places in here, from 1 on. */
  readonly journal: string[] = [];
  /** What who subscribes without a cursor is given first, all of it of the present place; by default nothing. */
  snapshot: () => readonly string[] = () => [];
  /** Upstreams that were opened so far. */
  opened = 0;
  readonly #open = new Map<EventBuffer<MemberResult>, () => void>();
  readonly #changes = new EventEmitter();

  constructor(readonly id: string) {}

  get openNow(): number {
    return this.#open.size;
  }

  append(...readers: string[]): void {
    this.journal.push(...readers);
    for (const catchUp of this.#open.values()) catchUp();
  }

  /** Breaks all upstreams, or one of them. */
  break(index?: number): void {
    const open = [...this.#open.keys()];
    for (const each of index === undefined ? open : open.slice(index, index + 1)) each.fail(memberUnavailable(this.id, 'broke off'));
  }

  async untilOpen(count: number): Promise<void> {
    while (this.openNow !== count) await once(this.#changes, 'change');
  }

  execute(): Promise<MemberResult> {
    return Promise.reject(new Error('nobody asks'));
  }

  async *subscribe({ variables }: MemberRequest, { signal, onStarted }: MemberSubscribeOptions): AsyncGenerator<MemberResult, void, void> {
    const after = variables?.['_partition_after'] as string | null;
    const events = new EventBuffer<MemberResult>(1_000_000);
    const now = this.journal.length;
    let sent = after === null ? now : Number(after);
    const eventOf = (cursor: number, reader: string): MemberResult => ({ data: { loans: { [CURSOR_ALIAS]: String(cursor), cursor: String(cursor), reader } } });
    if (after === null) for (const reader of this.snapshot()) events.push(eventOf(now, reader));
    const catchUp = (): void => {
      while (sent < this.journal.length) events.push(eventOf(sent + 1, this.journal[sent++]!));
    };
    const end = (): void => events.end();
    signal.addEventListener('abort', end, { once: true });
    this.#open.set(events, catchUp);
    this.opened++;
    this.#changes.emit('change');
    onStarted?.();
    catchUp();
    try {
      yield* { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) };
    } finally {
      this.#open.delete(events);
      this.#changes.emit('change');
    }
  }
}
