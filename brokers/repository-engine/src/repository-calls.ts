import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import type { Repository } from './repository.js';
import { asStorageError } from './storage-error.js';
import { SourceFailure } from './stream-pull.js';

/**
 * The way of every call to its repository: opens it at first use, turns what goes wrong into broker errors, and knows
 * which calls still run, so that closing can wait for them.
 */
export class RepositoryCalls {
  readonly #opened = new Map<string, Promise<Repository>>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(
    /** @throws NOT_FOUND */
    private readonly open: (repositoryId: string) => Promise<Repository>,
  ) {}

  /** Aborted when the broker closes. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** @param doing what the call does, for error messages @throws NOT_FOUND the repository; UNAVAILABLE after {@link close} */
  run<T>(repositoryId: string, doing: string, work: (repository: Repository) => Promise<T>): Promise<T> {
    return this.track(async () => await work(await this.repository(repositoryId)), `${doing} in repository "${repositoryId}"`);
  }

  /** The same for a call that does not concern one opened repository. */
  async track<T>(work: () => Promise<T>, doing: string): Promise<T> {
    const call = this.#guarded(work, doing);
    this.#running.add(call);
    try {
      return await call;
    } finally {
      this.#running.delete(call);
    }
  }

  /** The same for a call that yields. */
  async *stream<T>(repositoryId: string, doing: string, work: (repository: Repository) => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      this.#throwIfClosed();
      for await (const item of work(await this.repository(repositoryId))) {
        this.#throwIfClosed();
        yield item;
      }
    } catch (error) {
      throw asStorageError(error, `${doing} in repository "${repositoryId}"`);
    }
  }

  /** @throws NOT_FOUND */
  async repository(repositoryId: string): Promise<Repository> {
    let opened = this.#opened.get(repositoryId);
    if (opened === undefined) {
      opened = this.open(repositoryId);
      this.#opened.set(repositoryId, opened);
      opened.catch(() => this.#opened.delete(repositoryId));
    }
    return await opened;
  }

  /** Opens the repository anew at its next use. Calls that use it now go on. */
  async forget(repositoryId: string): Promise<void> {
    const opened = this.#opened.get(repositoryId);
    this.#opened.delete(repositoryId);
    await (await opened?.catch(() => undefined))?.close();
  }

  /** Ends the calls under way and waits for them. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    for (const repositoryId of [...this.#opened.keys()]) await this.forget(repositoryId);
  }

  async #guarded<T>(work: () => Promise<T>, doing: string): Promise<T> {
    try {
      this.#throwIfClosed();
      return await work();
    } catch (error) {
      if (error instanceof SourceFailure) throw error.cause;
      throw asStorageError(error, doing);
    }
  }

  #throwIfClosed(): void {
    if (this.#closing.signal.aborted) throw new BrokerError(BrokerErrorCode.Unavailable, 'the copy repository broker is closed; open it again');
  }
}
