// Puts chunks through the threads and back, prints what came of each in one line of JSON, and ends by itself.
import { chunkHash } from '../chunk-codec.js';
import { chunkThreads } from '../chunk-threads.js';
import { mostSealBytes, noSealKey } from '../content-seal.js';
import { sharedBuffer } from '../shared-memory.js';
import { randomBytes, rows } from './content.js';

const secret = Uint8Array.from(randomBytes(32, 1));
const results: Record<string, unknown> = {};
for (const [kind, content] of Object.entries({ rows: rows(300_000, 1), random: randomBytes(300_000, 2), small: rows(100, 3), empty: Buffer.alloc(0) })) {
  for (const key of [noSealKey, { id: 3, secret }]) {
    const raw = sharedBuffer(content.length);
    raw.set(content);
    const hash = await chunkThreads.hash(raw);
    const name = chunkHash(Buffer.from(hash));
    const into = sharedBuffer(raw.length + mostSealBytes);
    const { codec, storedBytes } = await chunkThreads.seal({ raw, name, key, sampleFirst: false, into });
    const location = { name, bytes: raw.length, keyId: key.id, codec, storedBytes };
    const whole = { at: 0, location, key, hash };
    const short = { ...whole, at: 1 };
    const memory = into.subarray(0, storedBytes);
    const [back, cut, again] = await chunkThreads.unseal({ memory, pieces: [whole, short, whole], isWanted: true });
    const [checked] = await chunkThreads.unseal({ memory: Uint8Array.from(memory), pieces: [whole], isWanted: false });
    memory[storedBytes - 1]! ^= 1;
    results[`${kind}, key ${key.id}`] = {
      hash: hash === chunkHash(content) && hash === (await chunkThreads.hash(content)),
      back: content.equals(back as Uint8Array) && content.equals(again as Uint8Array),
      cut,
      checked: checked!.length,
      damaged: (await chunkThreads.unseal({ memory, pieces: [whole], isWanted: true }))[0],
      storedBytes,
    };
  }
}
const failure = await chunkThreads.seal({ raw: rows(10, 1), name: 'ff', key: noSealKey, sampleFirst: false, into: sharedBuffer(0) }).catch((error: unknown) => (error as Error).name);
console.log(JSON.stringify({ results, failure }));
