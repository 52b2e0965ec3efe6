// createCopy against what people do without Ocopea: PostgreSQL's own tools, piped through those for hashes, compression and encryption.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { GuestbookFabric } from './guestbook-fabric.js';
import { median, megabytes, timed } from './measure.js';

const { values } = parseArgs({ options: { mb: { type: 'string', default: '2000' }, runs: { type: 'string', default: '3' } } });
const runs = Number(values.runs);

const missing = await missingTools();
if (missing.length > 0) {
  console.error(`not there: ${missing.join(', ')}; install them first, on Debian with: apt-get install zstd openssl`);
  process.exit(1);
}

await using fabric = await GuestbookFabric.start();
await fabric.fillTo(Number(values.mb));
const url = fabric.server.connectionString('postgres');
const files = { piped: join(fabric.home, 'bench.tar.zst.enc'), hash: join(fabric.home, 'bench.sha256'), dump: join(fabric.home, 'bench.dump') };
const drainProgram = fileURLToPath(new URL('drain-base-backup-program.js', import.meta.url));
const key = '-K 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef -iv 000102030405060708090a0b0c0d0e0f';
/** GCM, which tells of changes, is no mode of the `openssl` command; CTR is the same cipher without that. */
const cipher = `openssl enc -aes-256-ctr ${key}`;
const serverVersion = await majorVersionOfServer();
const backup = (await majorVersionOf('pg_basebackup')) === serverVersion ? 'pg_basebackup --dbname="$URL" --format=tar --wal-method=fetch --checkpoint=fast --manifest-checksums=CRC32C --pgdata=-' : `"${process.execPath}" "${drainProgram}"`;
const pipe = `${backup} | tee >(sha256sum > "${files.hash}") | zstd -1 -T0 -q | ${cipher} > "${files.piped}" && sync "${files.piped}"`;
const check = `test "$(${cipher} -d < "${files.piped}" | zstd -d -q | sha256sum)" = "$(cat "${files.hash}")"`;
const sides = {
  'createCopy': async () => await fabric.createCopy(),
  'tools': () => shell(pipe),
  'tools, and read again': () => shell(`${pipe} && ${check}`),
  ...((await majorVersionOf('pg_dump')) === serverVersion && { 'pg_dump -Fc': dump }),
};

const times = new Map<string, number[]>();
let bytes = 0;
for (let run = 0; run < runs; run += 1) {
  const inTurn = Object.entries<() => Promise<string | undefined>>(sides);
  for (const [name, side] of run % 2 === 0 ? inTurn : inTurn.toReversed()) {
    await fabric.checkpoint();
    const { seconds, result } = await timed(side);
    times.set(name, [...(times.get(name) ?? []), seconds]);
    if (name !== 'createCopy') continue;
    bytes = await fabric.copyBytes(result!);
    // Gone before the next run, which would else store nothing but what changed.
    await fabric.deleteCopy(result!);
  }
}
const storedBytes = (await stat(files.piped)).size;

console.log(`createCopy of ${megabytes(bytes)} (hashed, compressed, encrypted, stored, read again and verified) against tools; median of ${runs} runs, in turns`);
console.log(`tools: ${pipe.replaceAll(`${fabric.home}/`, '').replace(key, '-K … -iv …')}\n`);
console.log('                       seconds   speed      createCopy is faster by (each turn)');
const ours = times.get('createCopy')!;
for (const [name, theirs] of times) {
  const ratios = theirs.map((seconds, run) => (seconds / ours[run]!).toFixed(2)).join(', ');
  console.log(`${name.padEnd(22)} ${median(theirs).toFixed(2).padStart(7)}   ${megabytes(bytes / median(theirs)).padStart(6)}/s   ${(median(theirs) / median(ours)).toFixed(2)}  (${ratios})`);
}
console.log(`\nThe tools store ${megabytes(storedBytes)} in one file.`);
if (!('pg_dump -Fc' in sides)) console.log(`pg_dump ${serverVersion} is not there, and others do not take this server.`);
await rm(files.piped);

async function dump(): Promise<undefined> {
  await shell(`pg_dump --dbname="${await databaseUrl()}" --format=custom --file="${files.dump}" && sync "${files.dump}"`);
}

async function majorVersionOfServer(): Promise<number> {
  const { rows } = await fabric.server.query('postgres', (client) => client.query<{ version: string }>(`SELECT current_setting('server_version_num') AS version`));
  return Math.floor(Number(rows[0]!.version) / 10_000);
}

async function majorVersionOf(program: string): Promise<number> {
  const path = [...(await postgresPrograms()), process.env['PATH']].join(':');
  const { stdout } = await promisify(execFile)('bash', ['-c', `${program} --version`], { env: { ...process.env, PATH: path } }).catch(() => ({ stdout: '' }));
  return Number(/(\d+)\.\d/.exec(stdout)?.[1] ?? 0);
}

/** The largest database of the server: the application's. */
async function databaseUrl(): Promise<string> {
  const { rows } = await fabric.server.query('postgres', (client) => client.query<{ name: string }>('SELECT datname AS name FROM pg_database ORDER BY pg_database_size(oid) DESC LIMIT 1'));
  return fabric.server.connectionString(rows[0]!.name);
}

async function shell(command: string): Promise<undefined> {
  const path = [...(await postgresPrograms()), process.env['PATH']].join(':');
  const child = spawn('bash', ['-o', 'pipefail', '-c', command], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PATH: path, URL: url } });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the tools ended with ${code}`);
}

/** Where Debian keeps the programs of its PostgreSQL, newest last. */
async function postgresPrograms(): Promise<string[]> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  return versions.sort().map((version) => `/usr/lib/postgresql/${version}/bin`);
}

async function missingTools(): Promise<string[]> {
  const path = [...(await postgresPrograms()), process.env['PATH']].join(':');
  const tools = ['bash', 'tee', 'sha256sum', 'zstd', 'openssl'];
  const isThere = await Promise.all(tools.map((tool) => promisify(execFile)('bash', ['-c', `command -v ${tool}`], { env: { ...process.env, PATH: path } }).then(() => true, () => false)));
  return tools.filter((_, index) => !isThere[index]);
}
