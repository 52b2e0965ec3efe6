import assert from 'node:assert/strict';
import type { ByteStream, ChunkReference, ChunkStore, CopyRepositoryBroker, PartInfo, PartKey, PartMetadata } from '@ocopea/broker-contract';
import { assertNothingLeft } from '../assert-nothing-left.js';
import { newCaseId } from '../case-ids.js';
import { collectPages } from '../collect-pages.js';
import type { CaseContext, Requirement } from '../conformance-case.js';
import { expectBrokerError } from '../expect-broker-error.js';
import { collect, streamOf } from '../test-content.js';
import type { CopyRepositoryHarness } from './copy-repository-harness.js';

export const MIB = 1024 * 1024;

/** What the writer says of the parts that cases write. */
export const metadata: PartMetadata = { format: 'conformance/1', createdAt: new Date('2026-01-02T03:04:05.678Z'), labels: { purpose: 'conformance' } };

/** What the cases of the copy repository suite work with. Removes the parts of every repository it made, and forgets it. */
export class CopyRepositoryContext implements CaseContext {
  readonly #repositories = new Set<string>();

  constructor(readonly harness: CopyRepositoryHarness) {}

  get broker(): CopyRepositoryBroker {
    return this.harness.broker;
  }

  /** @throws when the broker declares chunks and has none */
  get chunks(): ChunkStore {
    const { chunks } = this.broker;
    assert.ok(chunks, 'the capability chunks is declared, but there is no chunk store');
    return chunks;
  }

  /** Makes a repository, with the harness's properties unless others are given, and answers its id. */
  async makeRepository(propertiesOf?: (repositoryId: string) => Promise<Readonly<Record<string, string>>>): Promise<string> {
    const repositoryId = newCaseId();
    const properties = propertiesOf === undefined ? this.harness.properties(repositoryId) : await propertiesOf(repositoryId);
    this.#repositories.add(repositoryId);
    await this.broker.createRepository({ repositoryId, properties });
    return repositoryId;
  }

  /** The key of a new part, in a new repository unless one is given. */
  async newPart(repositoryId?: string): Promise<PartKey> {
    return { repositoryId: repositoryId ?? (await this.makeRepository()), partId: newCaseId() };
  }

  /** Writes content under a new key. */
  async put(content: Uint8Array, repositoryId?: string): Promise<PartInfo> {
    return this.broker.writePart(await this.newPart(repositoryId), metadata, streamOf(content));
  }

  async read(key: PartKey, range?: { readonly offset: number; readonly length?: number }): Promise<Uint8Array> {
    return collect(this.broker.readPart(key, range));
  }

  async assertHolds(key: PartKey, content: Uint8Array): Promise<void> {
    assert.ok(Buffer.from(content).equals(await this.read(key)), `part "${key.partId}" does not hold what was written`);
  }

  /** The part does not exist, in any way of asking. */
  async assertAbsent(key: PartKey): Promise<void> {
    await expectBrokerError(this.broker.getPart(key), 'NOT_FOUND');
    await expectBrokerError(this.read(key), 'NOT_FOUND');
    const listed = await this.listParts(key.repositoryId);
    assert.ok(!listed.some(({ partId }) => partId === key.partId), `part "${key.partId}" is listed`);
  }

  async listParts(repositoryId: string, limit = 100): Promise<PartInfo[]> {
    return collectPages((page) => this.broker.listParts(repositoryId, page), ({ partId }) => partId, limit);
  }

  async listChunks(key: PartKey): Promise<ChunkReference[]> {
    const chunks: ChunkReference[] = [];
    for await (const page of this.chunks.listChunks(key)) chunks.push(...page);
    return chunks;
  }

  async usedBytes(repositoryId: string): Promise<number> {
    return (await this.broker.stats(repositoryId)).usedBytes;
  }

  /** Sweeps the repository and fails when anything but published parts is still there. */
  async assertNothingLeft(repositoryId: string): Promise<void> {
    await this.broker.sweep(repositoryId);
    assertNothingLeft(await this.harness.leftovers());
  }

  async leave(): Promise<void> {
    const present = await this.broker.listRepositories();
    const made = [...this.#repositories].filter((repositoryId) => present.includes(repositoryId));
    for (const repositoryId of made) {
      for (const key of await this.listParts(repositoryId)) await this.broker.deletePart(key);
      await this.broker.sweep(repositoryId);
    }
    const leftovers = await this.harness.leftovers();
    for (const repositoryId of made) await this.broker.forgetRepository(repositoryId);
    assertNothingLeft(leftovers);
  }
}

export async function* pagesOf(chunks: readonly ChunkReference[], limit = 4_096): AsyncGenerator<readonly ChunkReference[]> {
  for (let at = 0; at < chunks.length; at += limit) yield chunks.slice(at, at + limit);
}

/** A stream of `pieces` pieces that fails after them. */
export async function* failingAfter(content: Uint8Array, error: Error): ByteStream {
  yield* streamOf(content);
  throw error;
}

export const chunked: Requirement<CopyRepositoryContext> = {
  name: 'the capability chunks',
  isMet: async ({ broker }) => (await broker.info()).capabilities.chunks === true,
};

export const ranged: Requirement<CopyRepositoryContext> = {
  name: 'the capability ranges',
  isMet: async ({ broker }) => (await broker.info()).capabilities.ranges === true,
};

export const uniqueSizing: Requirement<CopyRepositoryContext> = {
  name: 'the capability uniqueSizes',
  isMet: async ({ broker }) => (await broker.info()).capabilities.uniqueSizes === true,
};

export const bandwidthLimiting: Requirement<CopyRepositoryContext> = {
  name: 'the capability bandwidth',
  isMet: async ({ broker }) => (await broker.info()).capabilities.bandwidth === true,
};

export const sampling: Requirement<CopyRepositoryContext> = {
  name: 'the capability samples',
  isMet: async ({ broker }) => (await broker.info()).capabilities.samples === true,
};

export const damageable: Requirement<CopyRepositoryContext> = {
  name: 'a way to damage stored bytes',
  isMet: ({ harness }) => harness.damage !== undefined,
};

export const limitable: Requirement<CopyRepositoryContext> = {
  name: 'a way to limit the room of a repository',
  isMet: ({ harness }) => harness.smallProperties !== undefined,
};

export const stallable: Requirement<CopyRepositoryContext> = {
  name: 'a way to hold the storage',
  isMet: ({ harness }) => harness.stallStorage !== undefined,
};

export const reopening: Requirement<CopyRepositoryContext> = {
  name: 'a broker that the suite can close and open again',
  isMet: ({ harness }) => harness.reopen !== undefined,
};

export const crashing: Requirement<CopyRepositoryContext> = {
  name: 'a broker that the suite can kill and open again',
  isMet: ({ harness }) => harness.crash !== undefined,
};
