import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { hash, seal, unseal, type HashWork, type SealedChunk, type SealWork, type UnsealWork } from './chunk-work.js';
import { asShared } from './shared-memory.js';

/**
 * Hashes, compresses, seals, opens and checks chunks, beside the thread that serves: one thread for two processors, as Node's
 * own pool compresses, for all repositories of this process. They start with the first chunk, end when there is nothing to do, and hold no process open.
 *
 * Memory that all threads see (`sharedBuffer`) is worked on where it is; other memory is copied.
 */
export class ChunkThreads {
  #pool: Piscina | undefined;

  hash(raw: Uint8Array): Promise<string> {
    return this.#run<HashWork, string>('hash', { raw: asShared(raw) });
  }

  /** @param work.into has to be shared memory */
  seal(work: SealWork): Promise<SealedChunk> {
    return this.#run<SealWork, SealedChunk>('seal', { ...work, raw: asShared(work.raw) });
  }

  /** @see {@link unseal} */
  unseal(work: UnsealWork): Promise<readonly (Uint8Array | string)[]> {
    return this.#run<UnsealWork, readonly (Uint8Array | string)[]>('unseal', { ...work, memory: asShared(work.memory) });
  }

  async #run<Work, Result>(name: keyof typeof inThisThread, work: Work): Promise<Result> {
    // A thread needs a file that Node runs as it is, which the sources are not.
    if (isSource) return await (inThisThread[name] as unknown as (work: Work) => Promise<Result>)(work);
    this.#pool ??= new Piscina<Work, Result>({ filename, minThreads: 0, maxThreads: Math.max(1, Math.ceil(availableParallelism() / 2)), idleTimeout: idleMs, concurrentTasksPerWorker });
    return (await this.#pool.run(work, { name })) as Result;
  }
}

/** Those of this process. */
export const chunkThreads = new ChunkThreads();

const inThisThread = { hash, seal, unseal };
const isSource = import.meta.url.endsWith('.ts');
const filename = fileURLToPath(new URL('chunk-work.js', import.meta.url));
const idleMs = 10_000;
/** While some wait for the thread pool of Node, which compresses, another is hashed. */
const concurrentTasksPerWorker = 4;
