// createCopy against the same BASE_BACKUP drained into one file, and the Site's memory for small and large databases.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GuestbookFabric } from './guestbook-fabric.js';
import { cpuSeconds, highestMemory, median, megabytes, timed } from './measure.js';
import { drainBaseBackup } from './raw-base-backup.js';

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '100,1000,2000' }, runs: { type: 'string', default: '3' } } });
const sizesMb = values.sizes.split(',').map(Number);
const runs = Number(values.runs);

await using fabric = await GuestbookFabric.start();
const { server, sitePid } = fabric;

console.log(`createCopy (hashed, compressed, encrypted, stored, verified) against BASE_BACKUP into one file; median of ${runs} runs, in turns\n`);
console.log('database  BASE_BACKUP       createCopy        of its speed  CPU of the Site  highest memory of the Site so far');
for (const sizeMb of sizesMb) {
  await fabric.fillTo(sizeMb);
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
        const copied = await timed(() => fabric.createCopy());
        ours.push(copied.seconds);
        cpu.push((await cpuSeconds(sitePid)) - cpuBefore);
        bytes = await fabric.copyBytes(copied.result);
        // Gone before the next run, which would else store nothing but what changed.
        await fabric.deleteCopy(copied.result);
      },
    ];
    for (const side of run % 2 === 0 ? sides : sides.toReversed()) {
      await fabric.checkpoint();
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
