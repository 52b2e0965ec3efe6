import { BrokerError, BrokerErrorCode, type PartMetadata } from '@ocopea/broker-contract';

/** What a publication says before the chunk list. `hash` and `chunks` tell the receiver whether the list came whole. */
export interface PublicationHead {
  readonly metadata: PartMetadata;
  readonly hash: string;
  /** What the sender signed for the receipt. */
  readonly statement?: string;
}

export function encodePublicationHead(head: PublicationHead): Buffer {
  const json = Buffer.from(JSON.stringify(head));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}

/** @throws INVALID_REQUEST */
export function decodePublicationHead(json: Buffer): PublicationHead {
  let head: { readonly metadata?: { readonly format?: unknown; readonly createdAt?: unknown; readonly labels?: unknown }; readonly hash?: unknown; readonly statement?: unknown } | null;
  try {
    head = JSON.parse(json.toString('utf8')) as typeof head;
  } catch (cause) {
    throw invalid('is no JSON', cause);
  }
  const { format, createdAt, labels } = head?.metadata ?? {};
  if (typeof head?.hash !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(head.hash)) throw invalid('has no hash');
  if (typeof format !== 'string') throw invalid('has no metadata.format');
  if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt))) throw invalid('has no metadata.createdAt');
  if (!isLabels(labels)) throw invalid('has no metadata.labels of strings');
  const { statement } = head;
  if (statement !== undefined && typeof statement !== 'string') throw invalid('has a statement that is no text');
  return { hash: head.hash, metadata: { format, createdAt: new Date(createdAt), labels }, ...(statement !== undefined && { statement }) };
}

function isLabels(labels: unknown): labels is Readonly<Record<string, string>> {
  return typeof labels === 'object' && labels !== null && !Array.isArray(labels) && Object.values(labels).every((value) => typeof value === 'string');
}

function invalid(what: string, cause?: unknown): BrokerError {
  return new BrokerError(BrokerErrorCode.InvalidRequest, `the head of the publication ${what}; see the protocol`, { cause });
}
