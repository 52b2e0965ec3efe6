import { decodeJwt } from 'jose';
import { OcopeaError } from '@ocopea/graph';
import { signToken, TokenPurpose, verifyToken } from './signed-token.js';
import type { PublicJwk, SigningKey } from './signing-key.js';

/** What the Site that sent a part says of it. Times are ISO 8601 with milliseconds. */
export interface TransferStatement {
  readonly sourceSiteId: string;
  readonly sourceCopyId: string;
  readonly sourcePartId: string;
  readonly sourceRepositoryId: string;
  readonly targetSiteId: string;
  readonly targetCopyId: string;
  readonly targetPartId: string;
  readonly targetRepositoryId: string;
  readonly format: string;
  /** `sha256:<hex>` of the part's content, see `docs/reference/copy-transfer.md`. */
  readonly hash: string;
  readonly logicalBytes: number;
  /** Chunks in the part's list. */
  readonly chunks: number;
  /** Content that went over the link, uncompressed, as far as the sender knows: what was on its way when it was killed is not in it. */
  readonly bytesSent: number;
  /** When the sending was asked for. */
  readonly startedAt: string;
  /** When all had been sent. */
  readonly sentAt: string;
}

/** The statement, and what the Site that received the part adds to it. */
export interface SignedTransfer extends TransferStatement {
  readonly grantId: string;
  /** What its repository grew by for the part. */
  readonly storedBytes: number;
  /** When the part was published there. */
  readonly receivedAt: string;
}

/** What a receiver signs. */
export interface ReceiptTerms extends Pick<SignedTransfer, 'grantId' | 'storedBytes' | 'receivedAt'> {
  /** As the sender signed it. */
  readonly statement: string;
}

const noun = { statement: 'transfer statement', receipt: 'receipt' } as const;

/** The sender's half of a receipt: a compact JWS. */
export function signTransferStatement(key: SigningKey, statement: TransferStatement): Promise<string> {
  return signToken({ key, purpose: TokenPurpose.TransferStatement, issuer: statement.sourceSiteId, claims: { statement } });
}

/** @throws TOKEN_WRONG_PURPOSE; UNAUTHENTICATED any byte of it was changed, or another key signed it */
export async function verifyTransferStatement(text: string, { sourceKey }: { readonly sourceKey: PublicJwk }): Promise<TransferStatement> {
  const { iss, statement } = await verifyToken(exact(text, noun.statement), { purpose: TokenPurpose.TransferStatement, noun: noun.statement, keyOf: () => sourceKey });
  const said = statement as TransferStatement;
  if (said.sourceSiteId !== iss) throw notTrue('transfer statement', 'names another Site than the one that signed it');
  return said;
}

/** The receipt: a compact JWS of the receiver that holds the sender's. It does not expire. */
export function signTransferReceipt(key: SigningKey, issuer: string, terms: ReceiptTerms): Promise<string> {
  return signToken({ key, purpose: TokenPurpose.Receipt, issuer, claims: { ...terms } });
}

/**
 * What both ends signed. Needs nothing but the two public keys.
 *
 * @throws TOKEN_WRONG_PURPOSE; UNAUTHENTICATED any byte of it was changed, or other keys signed it; CORRUPT_DATA its halves do not belong together
 */
export async function verifyTransferReceipt(text: string, keys: { readonly sourceKey: PublicJwk; readonly targetKey: PublicJwk }): Promise<SignedTransfer> {
  const claims = await verifyToken(exact(text, noun.receipt), { purpose: TokenPurpose.Receipt, noun: noun.receipt, keyOf: () => keys.targetKey });
  const { iss, grantId, storedBytes, receivedAt, statement } = claims as unknown as ReceiptTerms & { readonly iss: string };
  const said = await verifyTransferStatement(statement, keys);
  if (said.targetSiteId !== iss) throw notTrue('receipt', 'is signed by another Site than the one that the sender named');
  return { ...said, grantId, storedBytes, receivedAt };
}

/** What a receipt says, nothing of it verified: for showing one that was verified when it was kept. `undefined` when two did not sign it. */
export function readTransferReceipt(text: string): SignedTransfer | undefined {
  const { grantId, storedBytes, receivedAt, statement } = decodeJwt(text) as unknown as Partial<ReceiptTerms>;
  if (statement === undefined || grantId === undefined || storedBytes === undefined || receivedAt === undefined) return undefined;
  return { ...(decodeJwt(statement)['statement'] as TransferStatement), grantId, storedBytes, receivedAt };
}

/**
 * Base64url decoders forgive: the last digit of a signature has bits that mean nothing. A receipt is one text and no other, so
 * what does not come out as it went in is refused.
 */
function exact(text: string, what: string): string {
  const parts = typeof text === 'string' ? text.split('.') : [];
  const isExact = parts.length === 3 && parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
  if (!isExact) throw notTrue(what, 'is not in the form in which it was signed; it was changed');
  return text;
}

function notTrue(what: string, problem: string): OcopeaError {
  return new OcopeaError('CORRUPT_DATA', `the ${what} ${problem}`);
}
