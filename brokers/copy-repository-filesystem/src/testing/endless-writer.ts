/** Writes a part without end into the repository "r" of the folder given, and prints how far it has come. */
import { createFilesystemCopyRepositoryBroker } from '../index.js';
import { metadata, randomBytes } from '@ocopea/repository-engine/testing';

const broker = createFilesystemCopyRepositoryBroker({ directory: process.argv[2]!, chunkBytes: 65_536, packBytes: 256 * 1024 });
await broker.createRepository({ repositoryId: 'r', properties: {} });

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let seed = 100; ; seed++) {
    // Gives the progress a chance to be told between the pieces.
    await new Promise((resolve) => setImmediate(resolve));
    yield randomBytes(65_536, seed);
  }
}

await broker.writePart({ repositoryId: 'r', partId: 'endless' }, metadata, endless(), {
  onProgress: ({ bytesDone }) => console.log(`stored ${bytesDone}`),
});
