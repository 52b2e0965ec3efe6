import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PostgresServer } from '@ocopea/embedded';
import { AppInstancesDocument, CopyDocument, CreateCopyDocument, DeleteCopyDocument, type OcopeaClient } from '@ocopea/sdk';
import { Fabric, Guestbook, operationSuccess } from '@ocopea/test-support';

/** What one generated row takes in its table and index, in bytes. */
const bytesPerRow = 460;
const rowsPerCall = 100_000;

/** The fabric of `npm start`, its guestbook, and the server behind the guestbook's database. */
export class GuestbookFabric implements AsyncDisposable {
  #filledBytes = 0;

  private constructor(
    private readonly fabric: Fabric,
    private readonly hub: OcopeaClient,
    private readonly appInstanceId: string,
    private readonly guestbook: Guestbook,
    /** Of the guestbook's database. */
    readonly server: PostgresServer,
    /** Process of the Site that the guestbook runs at. */
    readonly sitePid: number,
  ) {}

  static async start(): Promise<GuestbookFabric> {
    const fabric = await Fabric.start();
    const hub = await fabric.hub();
    const { appInstances } = await hub.request(AppInstancesDocument, { first: 1 });
    const { id, entryPointUrl } = appInstances!.edges[0]!.node;
    const server = await dataServiceServer(join(fabric.home, 'sites', 'eu-central'));
    return new GuestbookFabric(fabric, hub, id, new Guestbook(entryPointUrl!), server, await fabric.pidOf('eu-central'));
  }

  /** A folder that goes with the fabric. */
  get home(): string {
    return this.fabric.home;
  }

  /** Adds rows until they take about so many megabytes. */
  async fillTo(mb: number): Promise<void> {
    for (; this.#filledBytes < mb * 1e6; this.#filledBytes += rowsPerCall * bytesPerRow) {
      await this.guestbook.fill(Math.min(rowsPerCall, Math.ceil((mb * 1e6 - this.#filledBytes) / bytesPerRow)));
    }
    this.#filledBytes = mb * 1e6;
  }

  /** Both sides of a comparison begin with one: what is not written yet would count for the first. */
  async checkpoint(): Promise<void> {
    await this.server.query('postgres', (client) => client.query('CHECKPOINT'));
  }

  /** @returns the copy's id */
  async createCopy(): Promise<string> {
    const { createCopy } = await this.hub.request(CreateCopyDocument, { input: { appInstanceId: this.appInstanceId } });
    await operationSuccess(this.hub, createCopy.operation.id, 600_000);
    return createCopy.operation.subjectId!;
  }

  async copyBytes(copyId: string): Promise<number> {
    return Number((await this.hub.request(CopyDocument, { id: copyId })).copy!.bytes);
  }

  async copyStoredBytes(copyId: string): Promise<number> {
    return Number((await this.hub.request(CopyDocument, { id: copyId })).copy!.storedBytes);
  }

  /** Name of the guestbook's database. */
  async database(): Promise<string> {
    const names = await this.server.query('postgres', async (client) => (await client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'")).rows);
    return names[0]!.datname;
  }

  async deleteCopy(copyId: string): Promise<void> {
    const { deleteCopy } = await this.hub.request(DeleteCopyDocument, { input: { copyId } });
    await operationSuccess(this.hub, deleteCopy.operation.id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.close();
    await this.fabric[Symbol.asyncDispose]();
  }
}

/** The only data service of the Site. */
async function dataServiceServer(siteHome: string): Promise<PostgresServer> {
  for (const entry of await readdir(siteHome, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory() && entry.name === 'data' && entry.parentPath.includes('data-service')) return PostgresServer.open(entry.parentPath);
  }
  throw new Error(`no data service in ${siteHome}`);
}
