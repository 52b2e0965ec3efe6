/** Why the steps of an operation are told to stop. */
export type StopReason =
  /** Somebody cancelled it: it is undone. */
  | 'cancel'
  /** The process stops, or lost its right to run it: it is resumed later. */
  | 'interrupt';

/** Stops one running operation from outside. */
export class OperationControl {
  #reason: StopReason | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(readonly operationId: string) {}

  get reason(): StopReason | undefined {
    return this.#reason;
  }

  get isInterrupted(): boolean {
    return this.#reason === 'interrupt';
  }

  /** The last word is an interrupt: a cancelled operation that is interrupted goes on being cancelled when it is resumed. */
  stop(reason: StopReason): void {
    if (this.#reason === 'interrupt' || this.#reason === reason) return;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener();
  }

  /**
   * Aborts `controller` when the operation is to stop; answers the function that ends this.
   *
   * @param only - undoing goes on when a cancel comes, and heeds interrupts alone
   */
  bind(controller: AbortController, only?: 'interrupt'): () => void {
    const listener = (): void => {
      if (this.#reason !== undefined && (only === undefined || this.#reason === only)) controller.abort();
    };
    this.#listeners.add(listener);
    listener();
    return () => this.#listeners.delete(listener);
  }
}
