interface Flight<T> {
  readonly answer: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

export interface SharedReadsOptions {
  /** From when a question is asked, not from when it is joined. */
  readonly deadlineMs: number;
  /** What those who wait at the deadline get. */
  readonly tooLate: () => Error;
}

/** Asks each question once at a time: whoever asks the same meanwhile gets the same answer. */
export class SharedReads<T> {
  readonly #flights = new Map<string, Flight<T>>();

  constructor(private readonly options: SharedReadsOptions) {}

  /**
   * @param key - holds everything that the answer depends on, the caller's identity included where that is sent along
   * @param ask - its signal is aborted at the deadline and when all who wait have left; must reject then
   * @param signal - that of one who waits; the promise rejects with its reason
   */
  async get(key: string, ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#begin(key, ask);
    flight.waiting++;
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        reject(signal.reason as Error);
        if (--flight.waiting > 0) return;
        this.#land(key, flight);
        flight.controller.abort(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      const stay = (): void => signal.removeEventListener('abort', leave);
      flight.answer.then(
        (answer) => {
          stay();
          resolve(answer);
        },
        (error: unknown) => {
          stay();
          reject(error as Error);
        },
      );
    });
  }

  /** What is asked from now on is asked anew: something was written, and answers under way may not show it. */
  forget(): void {
    this.#flights.clear();
  }

  #begin(key: string, ask: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const controller = new AbortController();
    const { deadlineMs, tooLate } = this.options;
    const timer = setTimeout(() => controller.abort(tooLate()), deadlineMs);
    const flight: Flight<T> = { answer: ask(controller.signal), controller, waiting: 0 };
    this.#flights.set(key, flight);
    const land = (): void => {
      clearTimeout(timer);
      this.#land(key, flight);
    };
    flight.answer.then(land, land);
    return flight;
  }

  #land(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }
}
