import type { IncomingMessage, ServerResponse } from 'node:http';
import { BrokerError, BrokerErrorCode, type ChunkAdmission, type ChunkStore, type CopyRepositoryBroker, type PartInfo, type PartKey } from '@ocopea/broker-contract';
import { BodyReader } from './body-reader.js';
import { ByteBudget } from './byte-budget.js';
import { checkGrant, grantRefused, type GrantClaims } from './grant-claims.js';
import { GrantLedger } from './grant-ledger.js';
import { receiveChunks } from './receive-chunks.js';
import { findPart, receivePublication, usedUp, type SentContent } from './receive-publication.js';
import { receiveStream } from './receive-stream.js';
import { encodeTransferError } from './transfer-error.js';
import { defaultTransferLimits, maxHashesPerPage, type TransferLimits } from './transfer-limits.js';
import { parseTransferPath, TransferAction } from './transfer-path.js';
import type { TransferReceipt, UnsignedTransferReceipt } from './transfer-receipt.js';

export interface TransferDoorOptions {
  /** Paths below it belong to the door. @default `/copies/v1` */
  readonly prefix?: string;
  /** The broker that holds a repository, `undefined` for an unknown one. Only asked for what a valid Grant names. */
  resolve(repositoryId: string): CopyRepositoryBroker | undefined;
  /** Checks signature and time. Whatever it throws refuses the request; a `BrokerError` is told to the sender, nothing else is. */
  verifyGrant(token: string): Promise<GrantClaims>;
  /**
   * Remembers that a Grant is used up. Called once its part is published, and again for each repetition, so it must be
   * idempotent.
   */
  consumeGrant(claims: GrantClaims): Promise<void>;
  /**
   * Whether {@link TransferDoorOptions.consumeGrant} was called for it, over restarts. Without it a Grant is used up for as
   * long as its part exists or this process lives.
   */
  isGrantConsumed?(claims: GrantClaims): Promise<boolean>;
  /** Looks at what the sender signed before anything is published. @default anything will do @throws BrokerError */
  checkStatement?(content: SentContent, claims: GrantClaims): Promise<void>;
  /**
   * Signs and keeps the receipt of a part that is published. Called for each repetition as well, and then answers the receipt
   * that it gave before: there is one for a part, whatever crashes.
   */
  giveReceipt(receipt: UnsignedTransferReceipt, content: SentContent, claims: GrantClaims): Promise<TransferReceipt>;
  readonly limits?: Partial<TransferLimits>;
}

/** Answers a request below the prefix and resolves with true; resolves with false, having done nothing, for any other. */
export type TransferDoor = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * The receiving side of the copy transfer protocol, `docs/reference/copy-transfer.md`, over any broker: chunks that are
 * missing with the capability `chunks`, else whole parts. Nothing of a request's body is read before its Grant has been checked.
 *
 * @example
 * const door = createTransferDoor({ resolve, verifyGrant, consumeGrant, giveReceipt });
 * createServer(async (request, response) => {
 *   if (!(await door(request, response))) response.writeHead(404).end();
 * });
 */
export function createTransferDoor(options: TransferDoorOptions): TransferDoor {
  const prefix = options.prefix ?? '/copies/v1';
  const limits = { ...defaultTransferLimits, ...options.limits };
  const desk = new ReceivingDesk(options, limits);
  let requests = 0;
  return async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    if (path !== prefix && !path.startsWith(`${prefix}/`)) return false;
    requests += 1;
    const body = new BodyReader(request);
    try {
      if (requests > limits.maxRequests) throw new BrokerError(BrokerErrorCode.Unavailable, 'the receiver is busy with other transfers; try again later');
      const answer = await desk.serve(request, path.slice(prefix.length), body);
      response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length, 'cache-control': 'no-store' });
      response.end(answer.body);
    } catch (error) {
      refuse(request, response, body, error, limits.lingerMs);
    } finally {
      requests -= 1;
    }
    return true;
  };
}

interface Answer {
  readonly type: 'application/octet-stream' | 'application/json';
  readonly body: Buffer;
}

/** What has to be right before anything is done, and then the three actions. */
class ReceivingDesk {
  readonly #ledger: GrantLedger;
  readonly #budget: ByteBudget;

  constructor(
    private readonly options: TransferDoorOptions,
    private readonly limits: TransferLimits,
  ) {
    this.#ledger = new GrantLedger(limits.maxRequestsPerGrant);
    // The largest frame must fit, compressed and not.
    this.#budget = new ByteBudget(Math.max(limits.memoryBytes, 2 * limits.maxChunkBytes));
  }

  async serve(request: IncomingMessage, path: string, body: BodyReader): Promise<Answer> {
    const claims = await this.#verify(request);
    const asked = parseTransferPath(path);
    if (asked === undefined || request.method !== 'POST') throw new BrokerError(BrokerErrorCode.NotFound, 'this address takes no such request; see the copy transfer protocol');
    checkGrant(claims, { ...asked.key, direction: 'write' }, Date.now());
    const broker = this.options.resolve(asked.key.repositoryId);
    if (broker === undefined) throw new BrokerError(BrokerErrorCode.NotFound, `there is no repository "${asked.key.repositoryId}" here`);
    const end = this.#ledger.begin(claims);
    try {
      return await this.#act(asked.action, broker, asked.key, claims, body);
    } finally {
      end();
    }
  }

  async #act(action: TransferAction, broker: CopyRepositoryBroker, key: PartKey, claims: GrantClaims, body: BodyReader): Promise<Answer> {
    const isUsedUp = this.#ledger.isUsedUp(claims) || ((await this.options.isGrantConsumed?.(claims)) ?? false);
    const check = async (sent: SentContent): Promise<void> => this.options.checkStatement?.(sent, claims);
    if (action === TransferAction.Publish) {
      const { info, content } = await receivePublication({ broker, key, claims, body, isUsedUp, limits: this.limits, check });
      return json(await this.#confirm(info, content, claims));
    }
    if (isUsedUp || (await findPart(broker, key)) !== undefined) throw usedUp();
    if (action === TransferAction.Stream) {
      const { info, content } = await receiveStream({ broker, key, claims, body, budget: this.#budget, limits: this.limits, check });
      return json(await this.#confirm(info, content, claims));
    }
    const { chunks } = broker;
    if (chunks === undefined) throw new BrokerError(BrokerErrorCode.NotSupported, `repository "${key.repositoryId}" keeps no chunks; send the part as a stream`);
    if (action === TransferAction.Reserve) return json(await admit(chunks, key, await readReservation(body, this.limits)));
    if (action === TransferAction.Chunks) {
      const { delayMs } = await admit(chunks, key, 0);
      if (delayMs > 0) throw new BrokerError(BrokerErrorCode.Unavailable, `the receiver takes no more than so many bytes per second; ask with "reserve" first, or come again in ${delayMs} ms`);
      return json(await receiveChunks({ chunks, claims, body, ledger: this.#ledger, budget: this.#budget, limits: this.limits }));
    }
    const missing = await chunks.missingChunks(key.repositoryId, await readHashes(body, this.limits), { forPart: key.partId });
    return { type: 'application/octet-stream', body: Buffer.from(missing.join(''), 'hex') };
  }

  async #confirm({ repositoryId, partId, storedBytes }: PartInfo, content: SentContent, claims: GrantClaims): Promise<TransferReceipt> {
    const { hash, logicalBytes } = content;
    const unsigned: UnsignedTransferReceipt = { grantId: claims.grantId, repositoryId, partId, hash, logicalBytes, storedBytes, at: new Date().toISOString() };
    const receipt = await this.options.giveReceipt(unsigned, content, claims);
    this.#ledger.useUp(claims);
    await this.options.consumeGrant(claims);
    return receipt;
  }

  async #verify(request: IncomingMessage): Promise<GrantClaims> {
    const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) throw grantRefused('there is no Grant in the request; send it as "Authorization: Bearer"');
    try {
      return await this.options.verifyGrant(token);
    } catch (error) {
      if (error instanceof BrokerError) throw error;
      throw grantRefused('the Grant is not valid or has expired; ask for a new one', error);
    }
  }
}

/** A connection is no place to wait: who sends is told when to come again. */
async function admit(chunks: ChunkStore, { repositoryId, partId }: PartKey, bytes: number): Promise<ChunkAdmission> {
  return (await chunks.reserve?.({ repositoryId, direction: 'write', forPart: partId, bytes })) ?? { delayMs: 0, isLimited: false };
}

/** @throws INVALID_REQUEST */
async function readReservation(body: BodyReader, limits: TransferLimits): Promise<number> {
  const text = await body.readAll(maxReservationBytes, limits.pieceMs);
  const { bytes } = parseReservation(text);
  if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= maxReservedBytes) return bytes;
  throw new BrokerError(BrokerErrorCode.InvalidRequest, `a reservation is {"bytes": n} with n from 0 to ${maxReservedBytes}; send no more than that at once`);
}

function parseReservation(text: Buffer): { readonly bytes?: unknown } {
  try {
    return (JSON.parse(text.toString('utf8')) ?? {}) as { readonly bytes?: unknown };
  } catch {
    return {};
  }
}

async function readHashes(body: BodyReader, limits: TransferLimits): Promise<readonly string[]> {
  const hashes: string[] = [];
  for (let hash = await body.read(32, limits.pieceMs); hash !== undefined; hash = await body.read(32, limits.pieceMs)) {
    if (hashes.length === maxHashesPerPage) throw new BrokerError(BrokerErrorCode.InvalidRequest, `at most ${maxHashesPerPage} hashes are taken in one question`);
    hashes.push(hash.toString('hex'));
  }
  return hashes;
}

const maxReservationBytes = 200;
const maxReservedBytes = 64 * 1024 * 1024;

function json(value: unknown): Answer {
  return { type: 'application/json', body: Buffer.from(JSON.stringify(value)) };
}

/**
 * Answers with the error. What still comes of the body is dropped for a moment, because closing with unread bytes resets
 * the connection, which could take the answer along; a body that does not end then is cut off.
 */
function refuse(request: IncomingMessage, response: ServerResponse, body: BodyReader, error: unknown, lingerMs: number): void {
  const { status, body: text } = encodeTransferError(error);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' });
  response.end(text);
  if (request.complete) return;
  body.discard();
  const cut = setTimeout(() => request.socket.destroy(), lingerMs);
  request.once('end', () => clearTimeout(cut));
  request.once('close', () => clearTimeout(cut));
}
