import * as http from 'node:http';
import * as https from 'node:https';
import { BrokerError, BrokerErrorCode } from '@ocopea/broker-contract';
import { decodeTransferError } from './transfer-error.js';
import type { TransferAction } from './transfer-path.js';

export interface TransferConnectionOptions {
  /** Address of the part, see `transferUrl`. */
  readonly url: URL;
  readonly grant: string;
  /** Connections at most. */
  readonly connections: number;
  /** How long the receiver may neither take nor give a byte. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Requests of one transfer over keep-alive connections. Redirects are not followed. Close it. */
export class TransferConnection {
  readonly #agent: http.Agent;
  readonly #request: typeof http.request;

  constructor(private readonly options: TransferConnectionOptions) {
    const isSecure = options.url.protocol === 'https:';
    const settings = { keepAlive: true, maxSockets: options.connections };
    this.#agent = isSecure ? new https.Agent(settings) : new http.Agent(settings);
    this.#request = isSecure ? https.request : http.request;
  }

  /**
   * Sends a body as it comes and resolves with the body of the answer.
   * @throws the receiver's error; UNAVAILABLE it cannot be reached or the link broke; whatever `body` throws
   */
  async post(action: TransferAction, body: AsyncIterable<Uint8Array>): Promise<Buffer> {
    const { url, grant, idleMs, signal } = this.options;
    signal.throwIfAborted();
    const request = this.#request(`${url.href.replace(/\/$/, '')}/${action}`, {
      method: 'POST',
      agent: this.#agent,
      timeout: idleMs,
      headers: { authorization: `Bearer ${grant}`, 'content-type': 'application/octet-stream' },
    });
    request.on('timeout', () => request.destroy(new Error('idle for too long')));
    // Not the request's own option: with it an abort after the answer would fail a socket that nobody listens to any more.
    const abort = (): void => void request.destroy();
    signal.addEventListener('abort', abort);
    try {
      const { status, content } = await this.#exchange(request, body);
      if (status !== 200) throw decodeTransferError(status, content);
      return content;
    } catch (error) {
      request.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #exchange(request: http.ClientRequest, body: AsyncIterable<Uint8Array>): Promise<Answer> {
    const answer = readAnswer(request);
    // The receiver may refuse while the body is still being sent; then there is no point in sending the rest.
    let isAnswered = false;
    answer.finally(() => (isAnswered = true)).catch(() => undefined);
    for await (const piece of body) {
      if (isAnswered) return await answer;
      if (!request.write(piece)) await drained(request);
    }
    request.end();
    return await answer;
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly content: Buffer;
}

/** More than any right answer has: 4,096 hashes. */
const maxAnswerBytes = 256 * 1024;

function readAnswer(request: http.ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const broken = (error?: Error): void => reject(unreachable(error));
    request.on('error', broken);
    request.on('close', () => broken());
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes > maxAnswerBytes) request.destroy(new Error('the answer is too long'));
      });
      response.on('error', broken);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, content: Buffer.concat(pieces) }));
    });
  });
}

function drained(request: http.ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of endOfWaiting) request.off(event, done);
      resolve();
    };
    for (const event of endOfWaiting) request.on(event, done);
  });
}

const endOfWaiting = ['drain', 'response', 'close', 'error'] as const;

/** The address stays out of the message: it goes to people who may not be meant to know it. */
function unreachable(cause: Error | undefined): BrokerError {
  const reason = cause && 'code' in cause ? String(cause.code) : (cause?.message ?? 'the connection closed');
  return new BrokerError(BrokerErrorCode.Unavailable, `the receiver cannot be reached (${reason}); see that it runs and that the network lets it through`, { cause });
}
