/**
 * How the bytes of a copy part pass between a data service broker and a copy repository broker. The Site picks a
 * protocol that both list (see {@link negotiateCopy}) and hands the data service broker a target or source of that
 * protocol; it never touches the bytes itself unless both brokers live in its process.
 */
export const CopyProtocol = {
  /** Both brokers live in one process: the stream itself is handed over. */
  ByteStream: 'byte-stream/1',
  /** The data service broker speaks HTTP to the repository's door under a Grant. */
  HttpPart: 'http-part/1',
} as const;
export type CopyProtocol = (typeof CopyProtocol)[keyof typeof CopyProtocol];

/** A stream of bytes pulled by its consumer: back-pressure is that the consumer does not ask. */
export type ByteStream = AsyncIterable<Uint8Array>;

/**
 * Where a data service broker writes one copy part. It writes once: a target is good for one `copy` call.
 */
export type CopyTarget =
  | {
      readonly protocol: typeof CopyProtocol.ByteStream;
      /**
       * Consumes the stream to its end, then publishes the part atomically and answers what was stored. If the stream
       * throws, nothing is published and `accept` rejects with that error. The consumer always closes the iterator.
       */
      accept(stream: ByteStream): Promise<StoredPart>;
      /**
       * The target has done with a piece when it asks for the next one, so the source may use its memory again.
       * @default false: pieces are the target's for good
       */
      readonly takesCopies?: boolean;
    }
  | {
      readonly protocol: typeof CopyProtocol.HttpPart;
      readonly url: string;
      /** A Grant to write this part. A secret: never logged. */
      readonly grant: string;
    };

/** Where a data service broker reads one copy part when it restores. */
export type CopySource =
  | {
      readonly protocol: typeof CopyProtocol.ByteStream;
      /**
       * A new stream of the whole part from its first byte. Every byte was verified before it is yielded; the stream
       * throws `CORRUPT_DATA` instead of ending early. May be called again for another attempt.
       */
      open(): ByteStream;
      readonly logicalBytes: number;
    }
  | {
      readonly protocol: typeof CopyProtocol.HttpPart;
      readonly url: string;
      readonly grant: string;
      readonly logicalBytes: number;
    };

/** What a repository says of a part it holds. */
export interface StoredPart {
  /** Bytes as the data service broker wrote them. */
  readonly logicalBytes: number;
  /** Bytes that this part added to the repository: after deduplication and compression. */
  readonly storedBytes: number;
  /** `sha256:<hex>` over the part's chunk list, see `ChunkListHash`; the same content in the same chunks has the same hash anywhere. */
  readonly hash: string;
}

/** What one side can do: copy formats a plan writes or restores, and the protocols it speaks. */
export interface CopyAbilities {
  readonly formats: readonly string[];
  readonly protocols: readonly CopyProtocol[];
}

export type CopyNegotiation =
  | { readonly agreed: true; readonly format: string; readonly protocol: CopyProtocol }
  | { readonly agreed: false; readonly reason: string };

/**
 * Picks the first format that both sides take and the first protocol that both speak, in the order of preference of
 * `from`. A repository that takes any format lists `*`.
 *
 * @example
 * negotiateCopy(
 *   { formats: ['postgres-physical/18-x86_64'], protocols: ['byte-stream/1'] },
 *   { formats: ['*'], protocols: ['http-part/1', 'byte-stream/1'] },
 * ); // { agreed: true, format: 'postgres-physical/18-x86_64', protocol: 'byte-stream/1' }
 */
export function negotiateCopy(from: CopyAbilities, to: CopyAbilities): CopyNegotiation {
  const takes = (list: readonly string[], one: string) => list.includes('*') || list.includes(one);
  const format = from.formats.find((one) => one !== '*' && takes(to.formats, one)) ?? to.formats.find((one) => one !== '*' && takes(from.formats, one));
  const protocol = from.protocols.find((one) => to.protocols.includes(one));
  if (format === undefined) {
    return { agreed: false, reason: `no common copy format: one side has [${from.formats.join(', ')}], the other [${to.formats.join(', ')}]` };
  }
  if (protocol === undefined) {
    return { agreed: false, reason: `no common copy protocol: one side speaks [${from.protocols.join(', ')}], the other [${to.protocols.join(', ')}]` };
  }
  return { agreed: true, format, protocol };
}
