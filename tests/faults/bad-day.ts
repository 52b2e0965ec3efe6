import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AppInstanceDocument,
  AppInstancesDocument,
  CancelOperationDocument,
  CopiesDocument,
  CreateCopyDocument,
  DeleteAppDocument,
  DeleteCopyDocument,
  OperationDocument,
  RestoreCopyAtDocument,
  type OcopeaClient,
} from '@ocopea/sdk';
import { Fabric, Guestbook, databaseUrlBehind, operationSuccess, tableChecksums, type FabricProcess } from '@ocopea/test-support';
import { expect } from 'vitest';
import { untilMiddle, type Middle } from './until-middle.js';

/** Enough that copying, sending and restoring each take several progress events. */
const rows = 300_000;

export type SiteId = Exclude<FabricProcess, 'hub'>;

/** A fabric with a filled guestbook at eu-central, and what befalls it. */
export class BadDay implements AsyncDisposable {
  private constructor(
    public fabric: Fabric,
    readonly hub: OcopeaClient,
    readonly sites: Readonly<Record<SiteId, OcopeaClient>>,
    readonly sourceId: string,
    readonly source: Guestbook,
  ) {}

  static async start(): Promise<BadDay> {
    const home = await mkdtemp(join(tmpdir(), 'ocopea-faults-'));
    let fabric: Fabric | undefined;
    try {
      fabric = await Fabric.start({ home });
      return await BadDay.#begin(fabric);
    } catch (error) {
      await fabric?.stop();
      await rm(home, { recursive: true, force: true });
      throw error;
    }
  }

  static async #begin(fabric: Fabric): Promise<BadDay> {
    const hub = await fabric.hub();
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1, filter: { name: 'guestbook' } });
    const { id, entryPointUrl } = appInstances!.edges[0]!.node;
    const source = new Guestbook(entryPointUrl!);
    await source.fill(rows);
    return new BadDay(fabric, hub, { 'eu-central': await fabric.site('eu-central'), 'us-west': await fabric.site('us-west') }, id, source);
  }

  /** Begin to wait for the moment before the operation starts. @returns the id of the operation that was hit */
  async killIn(which: FabricProcess, at: SiteId, middle: Middle, meanwhile: () => void = () => {}): Promise<string> {
    const pid = await this.fabric.pidOf(which);
    const operationId = await untilMiddle(this.sites[at], middle);
    process.kill(pid, 'SIGKILL');
    meanwhile();
    return operationId;
  }

  /** `kill -9` of `up` itself. */
  killUp(): void {
    process.kill(this.fabric.pid, 'SIGKILL');
  }

  async startAgain(): Promise<void> {
    this.fabric = await Fabric.start({ home: this.fabric.home, port: this.fabric.port });
  }

  async createCopy(): Promise<{ copyId: string; operationId: string }> {
    const { createCopy } = await this.hub.request(CreateCopyDocument, { input: { appInstanceId: this.sourceId } });
    return { copyId: createCopy.copy!.id, operationId: createCopy.operation.id };
  }

  /** @returns the id of the Hub's operation */
  async restoreCopyAt(copyId: string, name: string): Promise<string> {
    const { restoreCopyAt } = await this.hub.request(RestoreCopyAtDocument, { input: { copyId, siteId: 'us-west', name } });
    return restoreCopyAt.operation.id;
  }

  async cancel(operationId: string): Promise<void> {
    await this.hub.request(CancelOperationDocument, { input: { operationId } });
  }

  /** Holds an instance that came from a copy of the source against the source: digest and every table's checksum. */
  async expectSourceData(appInstanceId: string): Promise<void> {
    const book = await this.guestbookOf(appInstanceId);
    const last = (await book.newestId())!;
    expect(await book.digest()).toEqual(await this.source.digest(last));
    const [there, here] = await Promise.all([book.url, this.source.url].map(databaseUrlBehind));
    expect(await tableChecksums(there!)).toEqual(await tableChecksums(here!, { 'public.entry': `id <= ${last}` }));
  }

  /** An instance as its users have it. It must run. */
  async guestbookOf(appInstanceId: string): Promise<Guestbook> {
    const { appInstance } = await this.hub.request(AppInstanceDocument, { id: appInstanceId });
    expect(appInstance).toMatchObject({ phase: 'RUNNING' });
    return new Guestbook(appInstance!.entryPointUrl!);
  }

  async deleteApp(appInstanceId: string): Promise<void> {
    const { deleteApp } = await this.hub.request(DeleteAppDocument, { input: { appInstanceId } });
    await operationSuccess(this.hub, deleteApp.operation.id);
  }

  /** @returns the ids that were there */
  async deleteCopiesAt(siteId: SiteId): Promise<string[]> {
    const { copies } = await this.hub.request(CopiesDocument, { first: 100, sites: [siteId] });
    for (const { node } of copies!.edges) await this.deleteCopy(node.id);
    return copies!.edges.map(({ node }) => node.id);
  }

  async deleteCopy(copyId: string): Promise<void> {
    const { deleteCopy } = await this.hub.request(DeleteCopyDocument, { input: { copyId, evenIfDependedOn: true } });
    await operationSuccess(this.hub, deleteCopy.operation.id);
  }

  /** How often a step of an operation was begun: twice when its process died within it. */
  async attemptsOf(operationId: string, step: string): Promise<number> {
    const { operation } = await this.hub.request(OperationDocument, { id: operationId });
    const found = operation!.steps.find(({ name }) => name.startsWith(step));
    if (found === undefined) throw new Error(`operation ${operationId} has no step "${step}"`);
    return found.attempts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.hub, ...Object.values(this.sites)].map((client) => client.close()));
    await this.fabric.stop();
    await rm(this.fabric.home, { recursive: true, force: true });
  }
}
