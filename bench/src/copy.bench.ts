// createCopy against the same BASE_BACKUP drained into one file, and the Site's memory for small and large databases.
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PostgresServer } from '@ocopea/embedded';
import { AppInstancesDocument, CopyDocument, CreateCopyDocument, DeleteCopyDocument, type OcopeaClient } from '@ocopea/sdk';
import { Fabric, Guestbook, operationSuccess } from '@ocopea/test-support';
import { cpuSeconds, highestMemory, median, megabytes, timed } from './measure.js';
import { drainBaseBackup } from './raw-base-backup.js';

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '100,1000,2000' }, runs: { type: 'string', default: '3' } } });
const sizesMb = values.sizes.split(',').map(Number);
const runs = Number(values.runs);
/** What one generated row takes in its table and index. */
const bytesPerRow = 460;

await using fabric = await Fabric.start();
const hub = await fabric.hub();
const { appInstances } = await hub.request(AppInstancesDocument, { first: 1 });
const { id: appInstanceId, entryPointUrl } = appInstances!.edges[0]!.node;
const guestbook = new Guestbook(entryPointUrl!);
const sitePid = await fabric.pidOf('eu-central');
const server = await dataServiceServer(join(fabric.home, 'sites', 'eu-central'));

console.log(`createCopy (hashed, compressed, stored, verified) against BASE_BACKUP into one file; median of ${runs} runs, in turns\n`);
console.log('database  BASE_BACKUP       createCopy        of its speed  CPU of the Site  highest memory of the Site so far');
let filledMb = 0;
for (const sizeMb of sizesMb) {
  await fillBy(guestbook, (sizeMb - filledMb) * 1e6);
  filledMb = sizeMb;
  const raw: number[] = [];
  const ours: number[] = [];
  const cpu: number[] = [];
  let bytes = 0;
  for (let run = 0; run < runs; run += 1) {
    const sides = [
      async () => {
        const path = join(fabric.home, 'bench-base.tar');
        raw.push((await timed(() => drainBaseBackup(server.connectionString('postgres'), path))).seconds);
        await rm(path);
      },
      async () => {
        const cpuBefore = await cpuSeconds(sitePid);
        const copied = await timed(() => copyOnce(hub, appInstanceId));
        ours.push(copied.seconds);
        cpu.push((await cpuSeconds(sitePid)) - cpuBefore);
        bytes = Number((await hub.request(CopyDocument, { id: copied.result })).copy!.bytes);
        // Gone before the next run, which would else store nothing but what changed.
        const { deleteCopy } = await hub.request(DeleteCopyDocument, { input: { copyId: copied.result } });
        await operationSuccess(hub, deleteCopy.operation.id);
      },
    ];
    for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
      // Both begin with a checkpoint: what is not written yet would count for the first.
      await server.query('postgres', (client) => client.query('CHECKPOINT'));
      await side();
    }
  }
  const [rawSeconds, ourSeconds] = [median(raw), median(ours)];
  console.log(
    [
      megabytes(bytes).padEnd(8),
      `${rawSeconds.toFixed(2)} s ${megabytes(bytes / rawSeconds)}/s`.padEnd(16),
      `${ourSeconds.toFixed(2)} s ${megabytes(bytes / ourSeconds)}/s`.padEnd(16),
      (rawSeconds / ourSeconds).toFixed(2).padEnd(12),
      `${median(cpu).toFixed(2)} s`.padEnd(15),
      megabytes(await highestMemory(sitePid)),
    ].join('  '),
  );
}
await hub.close();

async function copyOnce(client: OcopeaClient, id: string): Promise<string> {
  const { createCopy } = await client.request(CreateCopyDocument, { input: { appInstanceId: id } });
  await operationSuccess(client, createCopy.operation.id, 600_000);
  return createCopy.operation.subjectId!;
}

async function fillBy(book: Guestbook, bytes: number): Promise<void> {
  const perCall = 100_000;
  for (let rows = Math.ceil(bytes / bytesPerRow); rows > 0; rows -= perCall) await book.fill(Math.min(rows, perCall));
}

/** The server behind the guestbook's database: the only data service of the Site. */
async function dataServiceServer(siteHome: string): Promise<PostgresServer> {
  for (const entry of await readdir(siteHome, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory() && entry.name === 'data' && entry.parentPath.includes('data-service')) return PostgresServer.open(entry.parentPath);
  }
  throw new Error(`no data service in ${siteHome}`);
}
