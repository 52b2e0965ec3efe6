/** What keeps a door's memory, connections and waits within bounds. */
export interface TransferLimits {
  /** Requests side by side, those whose Grant is not yet checked included. @default 64 */
  readonly maxRequests: number;
  /** Of them, under one Grant. @default 8 */
  readonly maxRequestsPerGrant: number;
  /** Memory for chunks that are being received, all requests together. @default 64 MiB */
  readonly memoryBytes: number;
  /** Largest chunk. @default 16 MiB */
  readonly maxChunkBytes: number;
  /** Within which each piece must have come: a chunk, a page of a list, the head of a publication. @default 60 s */
  readonly pieceMs: number;
  /** How long a connection is kept after a refusal, so that the sender can read it. @default 1 s */
  readonly lingerMs: number;
}

export const defaultTransferLimits: TransferLimits = {
  maxRequests: 64,
  maxRequestsPerGrant: 8,
  memoryBytes: 64 * 1024 * 1024,
  maxChunkBytes: 16 * 1024 * 1024,
  pieceMs: 60_000,
  lingerMs: 1_000,
};

/** Hashes in one question, and records in one page of a list. */
export const maxHashesPerPage = 4096;
/** The head of a publication as JSON. */
export const maxHeadBytes = 64 * 1024;
