// The repository engine on a filesystem against restic: first copy, the same again, restore, and what it takes on the disk.
import { spawn } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { SecretBox } from '@ocopea/security';
import { highestMemory, median, megabytes, timed } from './measure.js';

const { values } = parseArgs({ options: { mb: { type: 'string', default: '1000' }, runs: { type: 'string', default: '3' } } });
const fileBytes = Number(values.mb) * 1e6;
const runs = Number(values.runs);
const home = await mkdtemp(join(tmpdir(), 'ocopea-bench-repository-'));
const files = ['random', 'text'] as const;

try {
  const isThere = await run('restic', ['version']).then(() => true, () => false);
  if (!isThere) {
    console.error('restic is not there; install it first, on Debian with: apt-get install restic');
    process.exitCode = 1;
  } else {
    await compare();
  }
} finally {
  await rm(home, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  await mkdir(join(home, 'source'));
  await pipeline(Readable.from(randomPieces(fileBytes)), createWriteStream(join(home, 'source/random')));
  await pipeline(Readable.from(textPieces(fileBytes)), createWriteStream(join(home, 'source/text')));
  console.log(`the repository engine (AES-256-GCM, zstd) against restic, ${megabytes(fileBytes)} of random bytes and as much text; median of ${runs} runs, in turns\n`);
  const figures: Record<'ours' | 'restic', Figures[]> = { ours: [], restic: [] };
  for (let turn = 0; turn < runs; turn += 1) {
    const sides = [async () => void figures.ours.push(await ours(join(home, `ours-${turn}`))), async () => void figures.restic.push(await restic(join(home, `restic-${turn}`)))];
    for (const side of turn % 2 === 0 ? sides : sides.toReversed()) await side();
  }
  console.log('             ours      restic    restic / ours (each turn)');
  for (const kind of ['first', 'again', 'restore'] as const) {
    const [our, their] = [figures.ours.map((one) => one[kind]), figures.restic.map((one) => one[kind])];
    console.log(`${kind.padEnd(12)} ${seconds(median(our))}  ${seconds(median(their))}  ${(median(their) / median(our)).toFixed(2)}  (${their.map((one, index) => (one / our[index]!).toFixed(2)).join(', ')})`);
  }
  const [our, their] = [figures.ours.at(-1)!.stored, figures.restic.at(-1)!.stored];
  console.log(`stored       ${megabytes(our).padEnd(8)}  ${megabytes(their).padEnd(8)}  ours is ${(our / their).toFixed(3)} of restic's`);
  console.log(`\nmost memory of this process, the engine in it: ${megabytes(await highestMemory(process.pid))}`);
}

interface Figures {
  readonly first: number;
  readonly again: number;
  readonly restore: number;
  readonly stored: number;
}

async function ours(directory: string): Promise<Figures> {
  await mkdir(directory);
  const broker = createFilesystemCopyRepositoryBroker({ directory, keyEncryption: await SecretBox.loadOrCreate(join(directory, 'secrets.key')) });
  await broker.createRepository({ repositoryId: 'bench', properties: {} });
  const metadata = { format: 'bench/1', createdAt: new Date(), labels: {} };
  const write = async (round: string) => {
    for (const file of files) await broker.writePart({ repositoryId: 'bench', partId: `${round}-${file}` }, metadata, createReadStream(join(home, 'source', file), { highWaterMark: 1024 * 1024 }));
  };
  const first = await timed(() => write('first'));
  const again = await timed(() => write('again'));
  const restored = join(directory, 'restored');
  await mkdir(restored);
  const restore = await timed(async () => {
    for (const file of files) await pipeline(Readable.from(broker.readPart({ repositoryId: 'bench', partId: `first-${file}` })), createWriteStream(join(restored, file)));
  });
  await checkRestored(restored);
  await broker.close();
  const stored = await folderBytes(join(directory, 'data'));
  await rm(directory, { recursive: true });
  return { first: first.seconds, again: again.seconds, restore: restore.seconds, stored };
}

async function restic(directory: string): Promise<Figures> {
  const call = (...args: string[]) => run('restic', ['--repo', directory, '--no-cache', '--quiet', ...args]);
  await call('init');
  const backup = () => call('backup', '--force', join(home, 'source'));
  const first = await timed(backup);
  // Without --force it goes by names and times and reads nothing, which a stream does not have; both read all of it here.
  const again = await timed(backup);
  const restored = `${directory}-restored`;
  const restore = await timed(() => call('restore', 'latest', '--target', restored));
  await checkRestored(join(restored, home, 'source'));
  const stored = await folderBytes(directory);
  for (const folder of [directory, restored]) await rm(folder, { recursive: true });
  return { first: first.seconds, again: again.seconds, restore: restore.seconds, stored };
}

async function checkRestored(folder: string): Promise<void> {
  for (const file of files) await run('cmp', [join(home, 'source', file), join(folder, file)]);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, RESTIC_PASSWORD: 'of the benchmark' } });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
}

async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  return bytes;
}

/** Faster than the system's generator. */
function* randomPieces(total: number): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16));
  const zeros = Buffer.alloc(1024 * 1024);
  for (let bytes = 0; bytes < total; bytes += zeros.length) yield cipher.update(zeros.subarray(0, Math.min(zeros.length, total - bytes)));
}

/** Rows of a log, as it compresses in practice: to about a sixth. */
function* textPieces(total: number): Generator<Buffer> {
  const words = Array.from({ length: 4096 }, () => randomBytes(4).toString('hex').slice(0, 3 + Math.floor(Math.random() * 5)));
  const word = () => words[Math.floor(Math.random() ** 3 * words.length)]!;
  for (let bytes = 0, row = 0; bytes < total; ) {
    let text = '';
    while (text.length < 1024 * 1024) text += `2026-11-25T00:${String(row % 60).padStart(2, '0')}:00.${row++ % 1000}Z INFO request ${row} from ${word()} to ${word()}: ${word()} ${word()} ${word()} took ${row % 977} ms\n`;
    const piece = Buffer.from(text.slice(0, total - bytes), 'latin1');
    bytes += piece.length;
    yield piece;
  }
}

function seconds(figure: number): string {
  return `${figure.toFixed(2).padStart(6)} s`;
}
