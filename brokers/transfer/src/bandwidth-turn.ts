import { setTimeout as delay } from 'node:timers/promises';
import { isBrokerError, type ChunkAdmission, type ChunkStore, type PartKey } from '@ocopea/broker-contract';
import type { Patience } from './patience.js';
import type { TransferConnection } from './transfer-connection.js';
import { TransferAction } from './transfer-path.js';

export interface BandwidthTurnOptions {
  readonly part: PartKey;
  /** Of the repository to send from. */
  readonly chunks: ChunkStore;
  readonly connection: TransferConnection;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/**
 * Gives out turns to send. Asks both repositories for the bandwidth of each batch before a request is opened for it, and waits with nothing in its hands. A
 * repository that asks for time is not silent, so that waiting uses up no patience.
 */
export class BandwidthTurn {
  /** When the receiver is asked next whether it has a limit. */
  #askAt = -Infinity;
  /** Settles when the batch before has got its bandwidth, and where that is limited, when it has been sent: side by side they would be slower each. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: BandwidthTurnOptions) {}

  /** Runs `send` when so many bytes may be sent. @throws what it throws; what the receiver or the repository says */
  async run(bytes: number, send: () => Promise<unknown>): Promise<void> {
    const admitted = this.#before.then(() => this.#admit(bytes));
    const sent = admitted.then(() => send());
    this.#before = admitted.then((isLimited) => (isLimited ? sent : undefined)).catch(() => undefined);
    await sent;
  }

  /** Resolves when so many bytes may be sent. @returns whether there is a limit */
  async #admit(bytes: number): Promise<boolean> {
    const { part, chunks, signal } = this.options;
    const isLimitedThere = performance.now() >= this.#askAt && (await this.#until(() => this.#askReceiver(bytes)));
    const isLimitedHere = await this.#until(async () => await chunks.reserve?.({ repositoryId: part.repositoryId, direction: 'read', forPart: part.partId, bytes }, { signal }));
    return isLimitedHere || isLimitedThere;
  }

  async #until(ask: () => Promise<ChunkAdmission | undefined>): Promise<boolean> {
    const { patience, signal } = this.options;
    for (;;) {
      const { delayMs = 0, isLimited = false } = (await ask()) ?? {};
      if (!(delayMs > 0)) return isLimited;
      patience.progress();
      await delay(delayMs, undefined, { signal });
    }
  }

  async #askReceiver(bytes: number): Promise<ChunkAdmission | undefined> {
    const { connection, patience } = this.options;
    try {
      const answer = await patience.insist(() => connection.post(TransferAction.Reserve, once(Buffer.from(JSON.stringify({ bytes })))));
      const { delayMs, isLimited } = JSON.parse(answer.toString('utf8')) as ChunkAdmission;
      if (!isLimited) this.#askAt = performance.now() + askAgainMs;
      return { delayMs: Math.min(delayMs, longestDelayMs), isLimited };
    } catch (error) {
      // A receiver of an earlier release has no limits.
      if (!isBrokerError(error, 'NOT_FOUND') && !(error instanceof SyntaxError)) throw error;
      this.#askAt = Infinity;
      return undefined;
    }
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const askAgainMs = 5_000;
const longestDelayMs = 60_000;
