import { isBrokerError, ProgressMeter, throwIfCancelled, type PartKey, type PartVerification, type VerifyPartOptions } from '@ocopea/broker-contract';
import { BoundedTasks } from './bounded-tasks.js';
import type { Manifest } from './manifest.js';
import { bytesOfRun, checkRunOfPart, openManifest, runsAtOnce } from './read-part.js';
import type { Repository } from './repository.js';

/** Reads and hashes every chunk of a part, or a sample of them; the contract is `CopyRepositoryBroker.verifyPart`. */
export async function verifyPart(repository: Repository, key: PartKey, options: VerifyPartOptions): Promise<PartVerification> {
  const problems: string[] = [];
  const note = (error: unknown): void => {
    if (!isBrokerError(error, 'CORRUPT_DATA')) throw error;
    if (problems.length < mostProblems) problems.push(error.message);
  };
  let manifest: Manifest;
  try {
    manifest = await openManifest(repository, key);
  } catch (error) {
    note(error);
    return { intact: false, bytesRead: 0, problems };
  }
  const { sample = 1 } = options;
  const meter = new ProgressMeter(options.onProgress, Math.round(manifest.summary.logicalBytes * sample));
  await manifest.verify().catch(note);
  const tasks = new BoundedTasks(runsAtOnce);
  const bandwidth = repository.rates.read.flow();
  try {
    // A list that is damaged itself names wrong chunks, which says nothing about the right ones.
    if (problems.length === 0) {
      for await (const run of repository.packs.runs(sampled(manifest.chunks(), sample))) {
        throwIfCancelled(options.signal, `verifying part "${key.partId}"`);
        await bandwidth.take(bytesOfRun(run), options.signal);
        await tasks.start(async () => {
          for (const { chunk, error } of await checkRunOfPart(repository, key, run)) {
            if (error === undefined) meter.add(chunk.bytes);
            else note(error);
          }
        });
      }
    }
    await tasks.done();
  } finally {
    await tasks.settled();
  }
  meter.end();
  return { intact: problems.length === 0, bytesRead: meter.bytesDone, problems };
}

async function* sampled<T>(items: AsyncIterable<T>, share: number): AsyncGenerator<T> {
  for await (const item of items) if (Math.random() < share) yield item;
}

const mostProblems = 20;
