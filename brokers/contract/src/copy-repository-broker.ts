import type { BrokerInfo, CallOptions, LongCallOptions, Page, PageRequest } from './broker-call.js';
import type { ByteStream, CopyProtocol, StoredPart } from './copy-transfer.js';

/** What a copy repository broker can do beyond the least. Absent means the default. */
export interface CopyRepositoryCapabilities {
  /**
   * It keeps parts as chunks by hash, so that only missing ones need to be sent: `chunks` is there. @default false: parts are sent to it as whole
   * streams, and cannot be sent from it to another
   */
  readonly chunks?: boolean;
  /** `readPart` takes a range without reading what lies before it. @default false */
  readonly ranges?: boolean;
  /** Parts cannot be changed or deleted before a time. @default false */
  readonly immutability?: boolean;
  /** `verifyPart` can look at a sample. @default false: it reads everything, whatever is asked */
  readonly samples?: boolean;
  /** Repositories can be encrypted at rest, and `rotateKey` is there. @default false */
  readonly encryption?: boolean;
  /** `uniqueBytes` is there: the repository knows what parts share. @default false */
  readonly uniqueSizes?: boolean;
  /** Reading and writing can be limited to a number of bytes in a second: `setBandwidth` and `chunks.reserve` are there. @default false */
  readonly bandwidth?: boolean;
}

/**
 * How fast the content of parts is read from and written to where a repository stores it: after deduplication, compressed. What is
 * there already is not written again, and counts nothing. Lists, and what a repository does for itself, are not limited.
 */
export interface RepositoryBandwidth {
  /** Bytes per second, at least {@link leastBytesPerSecond}. @default no limit */
  readonly readBytesPerSecond?: number;
  /** Bytes per second, at least {@link leastBytesPerSecond}. @default no limit */
  readonly writeBytesPerSecond?: number;
}

/** With less, one chunk could take longer than a caller bears silence. */
export const leastBytesPerSecond = 65_536;

export interface CopyRepositoryBrokerInfo extends BrokerInfo {
  /** Formats it stores; `*` for any. */
  readonly formats: readonly string[];
  /** In order of preference. */
  readonly copyProtocols: readonly CopyProtocol[];
  /** Properties that `createRepository` takes. */
  readonly properties: readonly { readonly name: string; readonly description: string; readonly required: boolean; readonly secret: boolean }[];
  readonly capabilities: CopyRepositoryCapabilities;
}

export interface RepositoryStats {
  /** Absent where the store has no limit that can be known. */
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
  /** Bytes that the repository occupies. */
  readonly usedBytes: number;
  readonly parts: number;
}

export interface PartKey {
  readonly repositoryId: string;
  /** Chosen by the caller, `[A-Za-z0-9._-]{1,200}`, never used twice. */
  readonly partId: string;
}

/** What the writer says of a part; kept with it and given back as it was. */
export interface PartMetadata {
  readonly format: string;
  readonly createdAt: Date;
  /** Small labels for people and for other systems, no secrets; 16 KiB in all. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface PartInfo extends PartKey, StoredPart {
  readonly metadata: PartMetadata;
}

export interface VerifyPartOptions extends LongCallOptions {
  /**
   * Share of the part's chunks to read, chosen at random anew each time; more than 0, at most 1. The list of chunks is checked in full.
   * @default 1
   */
  readonly sample?: number;
}

export interface PartVerification {
  readonly intact: boolean;
  readonly bytesRead: number;
  /** What is wrong, one sentence each, at most 20; empty when intact. */
  readonly problems: readonly string[];
}

/** One chunk of a part's content, in order. */
export interface ChunkReference {
  /** SHA-256 of the uncompressed chunk, 64 hex digits. */
  readonly hash: string;
  readonly bytes: number;
}

export interface MissingChunksOptions extends CallOptions {
  /**
   * Id of the part that they are going to be sent for. Deleting that part before it is published frees, of the chunks asked
   * about, those that no other part uses; without it they stay until a sweep finds them old enough.
   */
  readonly forPart?: string;
}

export interface ChunkWriteOptions extends CallOptions {
  /** Id of the part that the chunk is sent for: what the repository grows by counts as that part's `storedBytes`. */
  readonly forPart?: string;
}

export interface ChunkReadOptions extends CallOptions {
  /** Id of the part that bytes were reserved for, see {@link ChunkStore.reserve}. */
  readonly forPart?: string;
}

export interface ChunkReservation {
  readonly repositoryId: string;
  readonly direction: 'read' | 'write';
  /** Id of the part that chunks are read of or sent for. */
  readonly forPart: string;
  /** Content that is going to be moved next, in bytes; 0 asks whether what was reserved is there still. */
  readonly bytes: number;
}

export interface ChunkAdmission {
  /** 0: go on, the bytes are counted. Otherwise: ask again after so many milliseconds. */
  readonly delayMs: number;
  /** False while there is no limit in that direction. */
  readonly isLimited: boolean;
}

/** A chunk with its content. */
export interface SentChunk {
  /** SHA-256 of the content, 64 hex digits. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/**
 * The chunk side of a repository: what sending only the missing needs. Chunks that no published part refers to are
 * garbage that the repository removes by itself, but never while they may belong to a transfer under way.
 */
export interface ChunkStore {
  /** The part's chunks in order, in pages of at most 4,096. @throws NOT_FOUND */
  listChunks(key: PartKey, options?: CallOptions): AsyncIterable<readonly ChunkReference[]>;

  /** Those of `hashes` (at most 4,096) that it does not hold, in the order given. */
  missingChunks(repositoryId: string, hashes: readonly string[], options?: MissingChunksOptions): Promise<readonly string[]>;

  /** Uncompressed and verified. @throws NOT_FOUND; CORRUPT_DATA */
  readChunk(repositoryId: string, hash: string, options?: ChunkReadOptions): Promise<Uint8Array>;

  /**
   * Asks for the bandwidth to move chunks. Those who move chunks hold connections, so chunk calls never wait for bandwidth
   * themselves: what they move is counted, and who calls them asks here before each batch, waits with nothing in its hands, and asks
   * again. All who ask and all parts that are written or read share the bandwidth fairly; who asks again in time keeps its place. Present when
   * the capability `bandwidth` is declared.
   */
  reserve?(request: ChunkReservation, options?: CallOptions): Promise<ChunkAdmission>;

  /** Checks the hash, then stores. Idempotent. @throws CORRUPT_DATA when the bytes have another hash; CAPACITY_EXCEEDED */
  writeChunk(repositoryId: string, hash: string, bytes: Uint8Array, options?: ChunkWriteOptions): Promise<void>;

  /**
   * The same for many, in as few objects as the store can do with; all are stored when it resolves. The next one is pulled no faster
   * than they are stored, and `bytes` are not touched any more then. When one has another hash or the source throws, it rejects with that,
   * and those before it are stored all the same.
   */
  writeChunks(repositoryId: string, chunks: AsyncIterable<SentChunk>, options?: ChunkWriteOptions): Promise<void>;

  /**
   * Publishes a part made of chunks that are all there. Atomic, idempotent for the same list.
   * @throws CORRUPT_DATA naming the first missing chunk; ALREADY_EXISTS another content under this id
   */
  publishPart(key: PartKey, metadata: PartMetadata, chunks: AsyncIterable<readonly ChunkReference[]>, options?: CallOptions): Promise<PartInfo>;
}

/**
 * Keeps copy parts. A part appears whole or not at all, is never changed, and is verified whenever it is read.
 *
 * For all methods: calls may be repeated after a crash and end in the same state, calls for different parts run side by
 * side, errors are `BrokerError`s. Grants are checked at the door in front of a broker, not here.
 */
export interface CopyRepositoryBroker {
  readonly kind: 'copy-repository';

  info(options?: CallOptions): Promise<CopyRepositoryBrokerInfo>;

  /**
   * Makes a repository, or takes over one that is already there with its parts. Idempotent for the same properties.
   * @throws INVALID_REQUEST a property missing or unknown; ALREADY_EXISTS the same id with other properties
   */
  createRepository(request: { readonly repositoryId: string; readonly properties: Readonly<Record<string, string>> }, options?: CallOptions): Promise<void>;

  /**
   * Limits how fast content is read and written from now on, work under way included; what is not given is not limited. It is
   * forgotten when the broker closes. `writePart`, `readPart` and `verifyPart` take bandwidth piece by piece, hold no thread and no place
   * in the store while they wait for it, and end at once when they are cancelled meanwhile; the stream that is written is not asked for
   * more, and its silence is not its own. Each process has the whole of it. Present when the capability `bandwidth` is declared.
   * @throws NOT_FOUND; INVALID_REQUEST fewer than {@link leastBytesPerSecond}
   */
  setBandwidth?(repositoryId: string, bandwidth: RepositoryBandwidth, options?: CallOptions): Promise<void>;

  /** Forgets a repository; its data stays. Idempotent. */
  forgetRepository(repositoryId: string, options?: CallOptions): Promise<void>;

  listRepositories(options?: CallOptions): Promise<readonly string[]>;

  /** @throws NOT_FOUND */
  stats(repositoryId: string, options?: CallOptions): Promise<RepositoryStats>;

  /**
   * Bytes that these parts alone take, together: about what comes back when all of them are deleted and nothing else is. Parts
   * that are not there count nothing. Its memory does not grow with the repository; its time grows with the lists of all parts.
   * Only with the capability `uniqueSizes`.
   */
  uniqueBytes?(repositoryId: string, partIds: readonly string[], options?: CallOptions): Promise<number>;

  /**
   * Stores a stream as one part and publishes it when the stream has ended and every byte is durable. If the stream
   * throws, the signal is aborted or the process dies, the part does not exist and what was written is garbage that the
   * repository removes by itself. The stream is pulled no faster than it is stored, and always closed. A piece is not
   * touched any more once the next one has been asked for, so its memory may be used again.
   * @throws ALREADY_EXISTS the id is taken; CAPACITY_EXCEEDED; NOT_FOUND the repository
   */
  writePart(key: PartKey, metadata: PartMetadata, stream: ByteStream, options?: LongCallOptions): Promise<PartInfo>;

  /**
   * The part's bytes, or `length` of them from `offset`. Each chunk is verified before it is yielded.
   * @throws NOT_FOUND before the first byte; CORRUPT_DATA naming the chunk; NOT_SUPPORTED a range without the capability
   */
  readPart(key: PartKey, range?: { readonly offset: number; readonly length?: number }, options?: CallOptions): ByteStream;

  /** @throws NOT_FOUND */
  getPart(key: PartKey, options?: CallOptions): Promise<PartInfo>;

  listParts(repositoryId: string, page?: PageRequest, options?: CallOptions): Promise<Page<PartInfo>>;

  /**
   * Removes the part, or what was sent ahead for it, and, before it resolves, the space that nothing else uses. Space between
   * what others still use may stay until a sweep, but never more of it than they use. Idempotent: unknown is success.
   */
  deletePart(key: PartKey, options?: LongCallOptions): Promise<void>;

  /** Reads and hashes everything. A damaged part is an answer, not an error. @throws NOT_FOUND */
  verifyPart(key: PartKey, options?: VerifyPartOptions): Promise<PartVerification>;

  /**
   * Removes what interrupted writes and transfers left in a repository. May be killed anywhere and called at any time;
   * leaves alone what a write or transfer of this process still uses.
   */
  sweep(repositoryId: string, options?: LongCallOptions): Promise<{ readonly freedBytes: number }>;

  /**
   * Seals everything that is written to this repository from now on with a new key. What is there stays as it is, and readable.
   * Present when the capability `encryption` is declared.
   * @throws NOT_FOUND; NOT_SUPPORTED the repository is not encrypted; KEY_UNAVAILABLE; CONFLICT another rotation was faster
   */
  rotateKey?(repositoryId: string, options?: CallOptions): Promise<void>;

  /** Present when the capability `chunks` is declared. */
  readonly chunks?: ChunkStore;

  close(): Promise<void>;
}
