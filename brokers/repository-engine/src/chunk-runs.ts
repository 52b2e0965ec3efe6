import type { ChunkLocation } from './pack-format.js';

/** Chunks that follow each other and lie close together in one pack, in whatever order, so that one request reads them. */
export interface ChunkRun<Chunk> {
  readonly chunks: readonly Chunk[];
  /** One for each chunk; `undefined` for a chunk alone that was not found. */
  readonly locations: readonly ChunkLocation[] | undefined;
}

/** @param most chunks in one run; what is not wanted between them is no more than they are themselves */
export async function* chunkRuns<Chunk>(chunks: AsyncIterable<Chunk>, find: (chunk: Chunk) => ChunkLocation | undefined, most: number): AsyncGenerator<ChunkRun<Chunk>> {
  let run: { readonly chunks: Chunk[]; readonly locations: ChunkLocation[] } = { chunks: [], locations: [] };
  for await (const chunk of chunks) {
    const location = find(chunk);
    if (run.chunks.length > 0 && (location === undefined || run.chunks.length === most || !isNear(run.locations, location))) {
      yield run;
      run = { chunks: [], locations: [] };
    }
    if (location === undefined) {
      yield { chunks: [chunk], locations: undefined };
    } else {
      run.chunks.push(chunk);
      run.locations.push(location);
    }
  }
  if (run.chunks.length > 0) yield run;
}

/** The bytes of a pack in which the chunks lie. */
export function rangeOf(locations: readonly ChunkLocation[]): { readonly offset: number; readonly bytes: number } {
  const offset = Math.min(...locations.map((one) => one.offset));
  return { offset, bytes: Math.max(...locations.map((one) => one.offset + one.storedBytes)) - offset };
}

function isNear(run: readonly ChunkLocation[], next: ChunkLocation): boolean {
  const all = [...run, next];
  return next.packId === run[0]!.packId && rangeOf(all).bytes <= 2 * all.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
}
