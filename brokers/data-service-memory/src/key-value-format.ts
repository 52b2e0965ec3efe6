import { createHash } from 'node:crypto';
import { BrokerError, type ByteStream } from '@ocopea/broker-contract';

/**
 * The copy format of the memory data service: a line of JSON `[key, value]` for each pair, in order, and a last line
 * `{"pairs": n, "sha256": "…"}` over the lines before it.
 */
export const KEY_VALUE_FORMAT = 'memory-key-values/1';

const PIECE_BYTES = 4 * 1024;

/** Writes pairs in this format. The pairs must not change while it runs. */
export async function* encodePairs(pairs: readonly (readonly [string, string])[]): ByteStream {
  const hash = createHash('sha256');
  let piece = '';
  for (const pair of pairs) {
    const line = `${JSON.stringify(pair)}\n`;
    hash.update(line);
    piece += line;
    if (piece.length < PIECE_BYTES) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(`${piece}${JSON.stringify({ pairs: pairs.length, sha256: hash.digest('hex') })}\n`);
}

/** Reads pairs back. @throws CORRUPT_DATA unless the last line is there and agrees with all before it */
export async function decodePairs(stream: ByteStream, onBytes: (bytes: number) => void): Promise<Map<string, string>> {
  const pairs = new Map<string, string>();
  const hash = createHash('sha256');
  let isComplete = false;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    onBytes(piece.length);
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const value = parse(line);
      if (isComplete) throw corrupt('there is something after its last line');
      if (Array.isArray(value)) {
        pairs.set(String(value[0]), String(value[1]));
        hash.update(`${line}\n`);
      } else {
        isComplete = value.pairs === pairs.size && value.sha256 === hash.digest('hex');
        if (!isComplete) throw corrupt('its last line does not agree with its content');
      }
    }
  }
  if (!isComplete || rest !== '') throw corrupt('it ends early');
  return pairs;
}

function parse(line: string): [string, string] | { readonly pairs?: unknown; readonly sha256?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value as ReturnType<typeof parse>;
  } catch (cause) {
    throw corrupt('a line is not JSON', cause);
  }
  throw corrupt('a line is neither a pair nor the last line');
}

function corrupt(what: string, cause?: unknown): BrokerError {
  return new BrokerError('CORRUPT_DATA', `the copy of format ${KEY_VALUE_FORMAT} is damaged: ${what}; verify it and take another`, { cause });
}
