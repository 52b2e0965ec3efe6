import type { ServerResponse } from 'node:http';
import { deadlineExceeded, OcopeaError } from '@ocopea/graph';

export interface CallScopeOptions {
  /** Each of them ends the call, for example the client's leaving and the end of the process. */
  readonly endedBy: readonly AbortSignal[];
  /** None when absent. */
  readonly deadlineMs?: number;
}

/** The life of one call: its signal is aborted by whatever ends it first. */
export class CallScope implements Disposable {
  private readonly controller = new AbortController();
  private readonly deadline: NodeJS.Timeout | undefined;
  private readonly unlisten: (() => void)[] = [];

  constructor({ endedBy, deadlineMs }: CallScopeOptions) {
    for (const signal of endedBy) {
      const onAbort = () => this.controller.abort(signal.reason);
      if (signal.aborted) onAbort();
      // Not `AbortSignal.any`: the signal of the process outlives all calls, and the listeners must go with each.
      signal.addEventListener('abort', onAbort);
      this.unlisten.push(() => signal.removeEventListener('abort', onAbort));
    }
    if (deadlineMs === undefined) return;
    this.deadline = setTimeout(() => this.controller.abort(deadlineExceeded('the request', deadlineMs)), deadlineMs);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the call for a reason of its own. */
  abort(reason: Error): void {
    this.controller.abort(reason);
  }

  /** Settles as `work` does, or rejects with the reason of the signal when that comes first. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    let onAbort: () => void = () => undefined;
    const ended = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort);
    });
    // Whichever loses must not become an unhandled rejection.
    work.catch(() => undefined);
    try {
      return await Promise.race([work, ended]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.deadline);
    for (const unlisten of this.unlisten) unlisten();
  }
}

/** Aborted when the client closes its connection before it has the whole answer. */
export function clientLeft(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new OcopeaError('CANCELLED', 'the client left before the answer'));
  });
  return controller.signal;
}
