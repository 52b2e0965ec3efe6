import type { MemoryRepository } from './memory-repository.js';

/** What outlives a memory broker: hand it to the next one to open the same repositories again. */
export class MemoryCopyRepositoryState {
  readonly repositories = new Map<string, MemoryRepository>();
  /** Repositories that were forgotten; their data stays. */
  readonly forgotten = new Map<string, MemoryRepository>();
}
