import { chunkRecordBytes } from '@ocopea/broker-contract';
import { CondemnedChunks } from './condemned-chunks.js';
import { manifestRecords } from './manifest.js';
import { partIdOf, partKey, partsPrefix } from './repository-layout.js';
import type { Repository } from './repository.js';
import { pardon } from './space-reclaimer.js';

/**
 * What parts take that no other part uses, lists of chunks included; the contract is `CopyRepositoryBroker.uniqueBytes`. Their chunks are taken in pages, and
 * the lists of all other parts are read once for each page.
 */
export async function uniqueBytes(repository: Repository, partIds: readonly string[], signal: AbortSignal | undefined): Promise<number> {
  const { store } = repository;
  const own = new Set(partIds);
  let bytes = 0;
  for (const partId of own) bytes += (await store.stat(partKey(partId)))?.bytes ?? 0;
  let seenPages = 0;
  for await (const page of pagesOf(repository, own)) {
    const chunks = new CondemnedChunks(page.length / chunkRecordBytes);
    for (let at = 0; at < page.length; at += chunkRecordBytes) chunks.add(page, at);
    let earlier = 0;
    for await (const counted of pagesOf(repository, own)) {
      if (earlier++ === seenPages) break;
      for (let at = 0; at < counted.length; at += chunkRecordBytes) chunks.pardon(counted, at);
    }
    for await (const { key } of store.scan(partsPrefix)) {
      const partId = partIdOf(key);
      if (partId !== undefined && !own.has(partId)) await pardon(chunks, manifestRecords(store, key), signal);
    }
    bytes += unsharedBytes(repository, page, chunks);
    seenPages += 1;
  }
  return bytes;
}

/** Each chunk once, as it is stored. */
function unsharedBytes({ packs }: Repository, page: Buffer, chunks: CondemnedChunks): number {
  let bytes = 0;
  for (let at = 0; at < page.length; at += chunkRecordBytes) {
    if (chunks.isPardoned(page, at)) continue;
    bytes += packs.place(page.toString('hex', at, at + 32))?.storedBytes ?? 0;
    chunks.pardon(page, at);
  }
  return bytes;
}

async function* pagesOf({ store }: Repository, partIds: Iterable<string>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let chunks = 0;
  for (const partId of partIds) {
    for await (const records of manifestRecords(store, partKey(partId))) {
      held.push(Buffer.from(records));
      chunks += records.length / chunkRecordBytes;
      if (chunks < pageChunks) continue;
      yield Buffer.concat(held);
      held = [];
      chunks = 0;
    }
  }
  if (chunks > 0) yield Buffer.concat(held);
}

/** With its table about 20 MB: the chunks of 256 GB. */
const pageChunks = 262_144;
