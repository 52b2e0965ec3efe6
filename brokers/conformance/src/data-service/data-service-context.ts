import assert from 'node:assert/strict';
import { type Binding, type CopyBarrier, CopyProtocol, type CopyTarget, type DataServiceBroker, type ServicePlan } from '@ocopea/broker-contract';
import { assertNothingLeft } from '../assert-nothing-left.js';
import { newCaseId } from '../case-ids.js';
import type { CaseContext, Requirement } from '../conformance-case.js';
import { MemoryCopy, type MemorySourceOptions } from '../memory-copy.js';
import type { DataServiceHarness } from './data-service-harness.js';

/** One data service that a case made, with credentials for it. */
export interface MadeDataService {
  readonly dataServiceId: string;
  readonly bindingId: string;
  readonly binding: Binding;
}

/** What the cases of the data service suite work with. Removes every data service whose id it gave. */
export class DataServiceContext implements CaseContext {
  readonly #ids: string[] = [];

  constructor(readonly harness: DataServiceHarness) {}

  get broker(): DataServiceBroker {
    return this.harness.broker;
  }

  newId(): string {
    const id = newCaseId();
    this.#ids.push(id);
    return id;
  }

  async plan(): Promise<ServicePlan> {
    const { plans } = await this.broker.info();
    const plan = plans.find(({ id }) => id === this.harness.planId);
    assert.ok(plan, `the broker does not offer the plan "${this.harness.planId}" that it is tested with`);
    return plan;
  }

  /** Creates and binds a data service and writes `records` records. */
  async make(records = 0): Promise<MadeDataService> {
    const dataServiceId = this.newId();
    await this.broker.create({ dataServiceId, planId: this.harness.planId });
    const bindingId = newCaseId();
    const binding = await this.broker.bind({ dataServiceId, bindingId });
    if (records > 0) await this.harness.write(binding, records);
    return { dataServiceId, bindingId, binding };
  }

  /** The format that the plan both writes and restores. */
  async format(): Promise<string> {
    const plan = await this.plan();
    const format = plan.writesFormats.find((one) => plan.restoresFormats.includes(one));
    assert.ok(format, `plan "${plan.id}" restores none of the formats it writes`);
    return format;
  }

  async copy(dataServiceId: string, target: CopyTarget, options?: Parameters<DataServiceBroker['copy']>[1], barrier?: CopyBarrier) {
    const format = await this.format();
    return this.broker.copy({ dataServiceId, copyPartId: newCaseId(), format, target, ...(barrier && { barrier }) }, options);
  }

  /** A finished copy of a data service with `records` records. */
  async makeCopy(records = 20): Promise<{ readonly copy: MemoryCopy; readonly digest: string; readonly from: MadeDataService }> {
    const from = await this.make(records);
    const copy = new MemoryCopy();
    const digest = await this.harness.digest(from.binding);
    await this.copy(from.dataServiceId, copy.target());
    return { copy, digest, from };
  }

  /** The request that restores `copy` under a new id. */
  async restoreRequest(copy: MemoryCopy, options?: MemorySourceOptions) {
    const source = copy.source(options);
    return { dataServiceId: this.newId(), planId: this.harness.planId, restoreFrom: { format: await this.format(), source } };
  }

  /** Digest of a data service through credentials made for that. */
  async digestOf(dataServiceId: string): Promise<string> {
    return this.harness.digest(await this.broker.bind({ dataServiceId, bindingId: newCaseId() }));
  }

  async assertNothingLeft(): Promise<void> {
    assertNothingLeft(await this.harness.leftovers());
  }

  async leave(): Promise<void> {
    for (const dataServiceId of this.#ids) await this.broker.delete(dataServiceId);
    await this.assertNothingLeft();
  }
}

export const byteStreams: Requirement<DataServiceContext> = {
  name: `the copy protocol ${CopyProtocol.ByteStream}`,
  isMet: async ({ broker }) => (await broker.info()).copyProtocols.includes(CopyProtocol.ByteStream),
};

export const reopening: Requirement<DataServiceContext> = {
  name: 'a broker that the suite can close and open again',
  isMet: ({ harness }) => harness.reopen !== undefined,
};

export const crashing: Requirement<DataServiceContext> = {
  name: 'a broker that the suite can kill and open again',
  isMet: ({ harness }) => harness.crash !== undefined,
};

export const barriers: Requirement<DataServiceContext> = {
  name: 'the capability barrier',
  isMet: async ({ broker }) => (await broker.info()).capabilities.barrier === true,
};

export const quiescing: Requirement<DataServiceContext> = {
  name: 'the capability quiesce',
  isMet: async ({ broker }) => (await broker.info()).capabilities.quiesce === true,
};

export const stating: Requirement<DataServiceContext> = {
  name: 'the capability statements',
  isMet: async ({ broker }) => (await broker.info()).capabilities.statements === true,
};
