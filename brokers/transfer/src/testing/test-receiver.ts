import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CopyRepositoryBroker } from '@ocopea/broker-contract';
import { createTransferDoor, type GrantClaims, type TransferLimits, type TransferReceipt, transferUrl } from '../index.js';

/** Serves a door over `broker`'s repository "r", with Grants that are their claims as JSON, and keeps what happened. */
export class TestReceiver {
  readonly receipts: TransferReceipt[] = [];
  readonly consumed = new Set<string>();
  /** Requests that reached the door, by action. */
  readonly requests: string[] = [];
  /** Bytes that came in, over all connections. */
  bytesIn = 0;

  private constructor(
    readonly broker: CopyRepositoryBroker,
    readonly server: Server,
    readonly mount: string,
  ) {}

  static async start(broker: CopyRepositoryBroker, options: { readonly limits?: Partial<TransferLimits>; readonly port?: number } = {}): Promise<TestReceiver> {
    const server = createServer();
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new TestReceiver(broker, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/copies/v1`);
    const door = createTransferDoor({
      resolve: (repositoryId) => (repositoryId === 'r' ? broker : undefined),
      verifyGrant: async (token) => decodeGrant(token),
      consumeGrant: async ({ grantId }) => void receiver.consumed.add(grantId),
      isGrantConsumed: async ({ grantId }) => receiver.consumed.has(grantId),
      giveReceipt: async (unsigned, { statement }) => {
        const kept = receiver.receipts.find(({ partId }) => partId === unsigned.partId);
        if (kept) return kept;
        const receipt = { ...unsigned, signature: `signed ${unsigned.partId} ${unsigned.hash} ${statement ?? ''}`.trimEnd() };
        receiver.receipts.push(receipt);
        return receipt;
      },
      ...(options.limits && { limits: options.limits }),
    });
    server.on('connection', (socket) => socket.on('data', (piece) => (receiver.bytesIn += piece.length)));
    server.on('request', (request, response) => {
      receiver.requests.push(request.url?.split('/').at(-1) ?? '');
      door(request, response).then((isAnswered) => {
        if (!isAnswered) response.writeHead(404).end();
      }, (error: unknown) => server.emit('error', error));
    });
    return receiver;
  }

  url(partId: string): string {
    return transferUrl(this.mount, { repositoryId: 'r', partId });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    await this.broker.close();
  }
}

/** A Grant to write part `partId` of repository "r", but for what is given otherwise. */
export function grantFor(partId: string, changes: Partial<GrantClaims> = {}): string {
  const claims: GrantClaims = {
    grantId: `grant-${partId}`,
    issuer: 'us-west',
    direction: 'write',
    repositoryId: 'r',
    partId,
    maxBytes: 1024 ** 3,
    format: 'test/1',
    expiresAt: new Date(Date.now() + 60_000),
    ...changes,
  };
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

function decodeGrant(token: string): GrantClaims {
  const claims = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Omit<GrantClaims, 'expiresAt'> & { readonly expiresAt: string };
  return { ...claims, expiresAt: new Date(claims.expiresAt) };
}
