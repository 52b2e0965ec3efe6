/** One stored object, as a listing tells of it. */
export interface ObjectInfo {
  /** Segments of `[A-Za-z0-9._-]`, divided by `/`. */
  readonly key: string;
  readonly bytes: number;
  /** When it was written or last touched, in milliseconds since 1970. */
  readonly modifiedAt: number;
}

export interface ByteRange {
  readonly offset: number;
  readonly bytes: number;
}

export interface StoreRoom {
  /** Absent where the store has no limit that can be known. */
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
}

/**
 * What the repository engine needs of a place for objects: a filesystem, a bucket. Objects appear whole or not at all and
 * are never changed; an engine never writes one key twice with different content.
 *
 * Every method may be called again after a failure. All reject with `BrokerError`s: `CAPACITY_EXCEEDED` when there is no
 * room, `UNAVAILABLE` when the store cannot be reached, `CORRUPT_DATA` when it says itself that it cannot read an object.
 * What is not there is no error: methods answer `undefined` or `false`.
 */
export interface ObjectStore {
  /** Stores an object unless the key is taken; durable in content when it resolves. @returns false when it was taken */
  put(key: string, pieces: readonly Uint8Array[]): Promise<boolean>;

  /** The same for a finished local file, which the store may take over: it is gone afterwards. */
  putFile(key: string, path: string): Promise<boolean>;

  /**
   * The object, or a part of it; less than was asked where it ends earlier.
   * @param into memory to use when it is large enough; the answer is then a part of it
   */
  get(key: string, range?: ByteRange, into?: Buffer): Promise<Buffer | undefined>;

  /** The last `bytes` of an object, or all of it when it is smaller, and how large it is. */
  tail(key: string, bytes: number): Promise<{ readonly content: Buffer; readonly size: number } | undefined>;

  stat(key: string): Promise<ObjectInfo | undefined>;

  /** At most `limit` objects whose keys begin with `prefix`, which ends with `/`, in order of key, after the key `after`. */
  list(prefix: string, page: { readonly after?: string; readonly limit: number }): Promise<readonly ObjectInfo[]>;

  /** All of them in any order, without holding them in memory. What comes or goes meanwhile may be among them or not. */
  scan(prefix: string): AsyncIterable<ObjectInfo>;

  /** @returns false when it was not there */
  delete(key: string): Promise<boolean>;

  /**
   * Gives an object another key, needing no room for it. Interrupted, it leaves the object under one key or both.
   * @returns false when there is none under `from`
   */
  move(from: string, to: string): Promise<boolean>;

  /** Makes durable that the objects below these prefixes are there; where that comes with `put`, does nothing. */
  settle(prefixes: Iterable<string>): Promise<void>;

  /** Sets the time of last change to now. Where it cannot be set, does nothing. @returns false when it was not there */
  touch(key: string): Promise<boolean>;

  room(): Promise<StoreRoom>;
}
