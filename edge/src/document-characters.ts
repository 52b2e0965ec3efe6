import { getHeapStatistics } from 'node:v8';

/** What an operation that is parsed, priced, planned and compiled takes for each character of its text; `npm run bench -- gateway-memory` measures it. */
const BYTES_PER_CHARACTER = 160;

/** Of the process's heap, for operations. */
const SHARE_OF_HEAP = 1 / 8;

const MOST = 2 * 1024 * 1024;

/**
 * Characters of documents that a process keeps prepared operations of. 2 Mi where the heap may grow to 2.7 GB or more, which is 10,000
 * documents of 200 characters in 335 MB.
 *
 * @param heapLimitBytes - what the heap may grow to
 */
export function documentCharacters(heapLimitBytes = getHeapStatistics().heap_size_limit): number {
  return Math.min(MOST, Math.floor((heapLimitBytes * SHARE_OF_HEAP) / BYTES_PER_CHARACTER));
}
