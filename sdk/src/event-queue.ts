import type { FormattedExecutionResult } from 'graphql';
import type { Client, SubscribePayload } from 'graphql-ws';
import { OcopeaRequestError } from './ocopea-request-error.js';

/**
 * The results of one subscription, as they come over the socket, for one reader. A socket cannot be told to wait for one of its
 * subscriptions: when as many results wait as may, the subscription is ended at the server, what waits is given, and then
 * SUBSCRIBER_TOO_SLOW is thrown, as it is when the server finds its client too slow.
 */
export class EventQueue<Data> implements AsyncIterator<FormattedExecutionResult<Data>, void, void> {
  #waiting: FormattedExecutionResult<Data>[] = [];
  #ended: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;
  readonly #unsubscribe: () => void;

  constructor(client: Client, payload: SubscribePayload, limit: number) {
    this.#unsubscribe = client.subscribe<Data>(payload, {
      next: (result) => {
        if (this.#ended) return;
        if (this.#waiting.length < limit) this.#waiting.push(result as FormattedExecutionResult<Data>);
        else this.#tooMany(limit);
        this.#wake();
      },
      error: (error) => this.#end({ error }),
      complete: () => this.#end({}),
    });
  }

  async next(): Promise<IteratorResult<FormattedExecutionResult<Data>, void>> {
    for (;;) {
      const value = this.#waiting.shift();
      if (value !== undefined) return { done: false, value };
      if (this.#ended) {
        if ('error' in this.#ended) throw this.#ended.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async return(): Promise<IteratorResult<FormattedExecutionResult<Data>, void>> {
    this.#waiting = [];
    this.#end({});
    this.#unsubscribe();
    return { done: true, value: undefined };
  }

  #tooMany(limit: number): void {
    this.#end({
      error: new OcopeaRequestError('SUBSCRIBER_TOO_SLOW', `${limit} events wait to be read; read faster, or subscribe with a document that has $after and selects cursor, so that the rest is asked for when there is room`),
    });
    this.#unsubscribe();
  }

  #end(ended: { readonly error?: unknown }): void {
    this.#ended ??= ended;
    this.#wake();
  }
}
