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
    const location = { name, bytes: raw.length, keyId: key.id, codec };
    const sealed = into.subarray(0, storedBytes);
    const back = await chunkThreads.unseal({ sealed, location, key, hash, isWanted: true });
    const checked = await chunkThreads.unseal({ sealed: Uint8Array.from(sealed), location, key, hash, isWanted: false });
    sealed[storedBytes - 1]! ^= 1;
    results[`${kind}, key ${key.id}`] = {
      hash: hash === chunkHash(content) && hash === (await chunkThreads.hash(content)),
      back: typeof back !== 'string' && content.equals(back),
      checked: typeof checked !== 'string' && checked.length === 0,
      damaged: await chunkThreads.unseal({ sealed, location, key, hash, isWanted: true }),
      storedBytes,
    };
  }
}
const failure = await chunkThreads.seal({ raw: rows(10, 1), name: 'ff', key: noSealKey, sampleFirst: false, into: sharedBuffer(0) }).catch((error: unknown) => (error as Error).name);
console.log(JSON.stringify({ results, failure }));
