import { EventEmitter, on } from 'node:events';

export interface JournalEntry {
  readonly seq: number;
  readonly copyId: string;
  readonly bytesDone: number;
}

/** What happened at a test Site, in order; outlives the Site's server as a database would. */
export class TestJournal {
  readonly #entries: JournalEntry[] = [];
  readonly #appended = new EventEmitter();

  append(copyId: string, bytesDone: number): JournalEntry {
    const entry = { seq: this.#entries.length + 1, copyId, bytesDone };
    this.#entries.push(entry);
    this.#appended.emit('entry', entry);
    return entry;
  }

  get last(): JournalEntry | undefined {
    return this.#entries.at(-1);
  }

  /** What came after `seq`, then what comes, until `signal` is aborted. */
  async *follow(seq: number, signal: AbortSignal): AsyncGenerator<JournalEntry, void, void> {
    // Listening begins before reading, so that nothing falls in between.
    const appended = on(this.#appended, 'entry', { signal });
    let last = seq;
    try {
      for (const entry of this.#entries.slice(seq)) {
        yield entry;
        last = entry.seq;
      }
      for await (const [entry] of appended as AsyncIterable<[JournalEntry]>) if (entry.seq > last) yield entry;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
