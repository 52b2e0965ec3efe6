import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryCopy } from '@ocopea/broker-conformance/cases';
import type { CopyBarrier, CopyDataServiceResult, DataServiceBroker } from '@ocopea/broker-contract';
import { createVolumeDataServiceBroker, treeFormat } from '../index.js';

/** A broker with one empty volume. */
export class VolumeFixture implements AsyncDisposable {
  private constructor(
    readonly directory: string,
    readonly broker: DataServiceBroker,
    /** The path of a binding. */
    readonly path: string,
  ) {}

  static async make(): Promise<VolumeFixture> {
    const directory = await mkdtemp(join(tmpdir(), 'ocopea-volume-'));
    const broker = await createVolumeDataServiceBroker({ directory });
    await broker.create({ dataServiceId: 'source', planId: 'directory' });
    return new VolumeFixture(directory, broker, await pathOf(broker, 'source'));
  }

  copy(copy: MemoryCopy, options: { before?: () => Promise<void>; barrier?: CopyBarrier } = {}): Promise<CopyDataServiceResult> {
    const { before, barrier } = options;
    return this.broker.copy({ dataServiceId: 'source', copyPartId: randomUUID(), format: treeFormat, target: copy.target(before && { before }), ...(barrier && { barrier }) });
  }

  /** Restores under a new id and answers the path of a binding. */
  async restore(copy: Pick<MemoryCopy, 'source'>): Promise<string> {
    const dataServiceId = randomUUID();
    await this.broker.create({ dataServiceId, planId: 'directory', restoreFrom: { format: treeFormat, source: copy.source() } });
    return pathOf(this.broker, dataServiceId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.broker.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function pathOf(broker: DataServiceBroker, dataServiceId: string): Promise<string> {
  const { values } = await broker.bind({ dataServiceId, bindingId: 'test' });
  return `${values['path']}/`;
}
