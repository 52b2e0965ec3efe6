// What a send moves when all but 1 % is there, counted at the sockets; and what a second copy of a database stores and takes after 1 % of its rows changed.
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { CopyRepositoryBroker } from '@ocopea/broker-contract';
import { createFilesystemCopyRepositoryBroker } from '@ocopea/copy-repository-filesystem';
import { createTransferDoor, sendPart, transferUrl, type GrantClaims } from '@ocopea/copy-transfer';
import { SecretBox } from '@ocopea/security';
import { GuestbookFabric } from './guestbook-fabric.js';
import { highestMemory, megabytes, timed } from './measure.js';
import { drainBaseBackup } from './raw-base-backup.js';

const { values } = parseArgs({ options: { mb: { type: 'string', default: '500' }, 'database-mb': { type: 'string', default: '500' } } });
const partBytes = Number(values.mb) * 1e6;
const databaseMb = Number(values['database-mb']);
const share = 0.01;
const MIB = 1024 * 1024;

async function compareSends(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'ocopea-bench-send-'));
  const [source, target] = [await repository(join(home, 'source')), await repository(join(home, 'target'))];
  const receiver = await Receiver.start(target);
  try {
    console.log(`sending ${megabytes(partBytes)} between two encrypted repositories, bytes of both directions at the sockets\n`);
    console.log('part                                       wire         of the part  time     requests  new packs');
    const [key, other] = [randomBytes(32), randomBytes(32)];
    const changes: readonly (readonly [name: string, isNew: (at: number) => boolean, format: string])[] = [
      ['all of it', () => false, 'bench/1'],
      ['again, 1 % new in one place', (at) => at >= partBytes / 2 && at < partBytes * (0.5 + share), 'bench/1'],
      ['again, nothing new', () => false, 'bench/1'],
    ];
    for (const [index, [name, isNew, format]] of changes.entries()) {
      await source.writePart({ repositoryId: 'r', partId: `p${index}` }, { format, createdAt: new Date(), labels: {} }, pieces(key, other, isNew));
      await report(name, receiver, home, () => receiver.take(source, `p${index}`));
    }
    const small = await repository(join(home, 'small'), 4096);
    const some = 40_000 * 4096;
    await small.writePart({ repositoryId: 'r', partId: 'small' }, { format: 'bench/1', createdAt: new Date(), labels: {} }, pieces(other, key, () => false, some));
    await report('40,000 chunks of 4 KiB', receiver, home, () => receiver.take(small, 'small'), some);
    await small.close();
    console.log(`\nmost memory of this process, both ends in it: ${megabytes(await highestMemory(process.pid))}\n`);
  } finally {
    await receiver.close();
    await Promise.all([source.close(), target.close()]);
    await rm(home, { recursive: true, force: true });
  }
}

async function report(name: string, receiver: Receiver, home: string, send: () => Promise<void>, bytes = partBytes): Promise<void> {
  const before = { wire: receiver.wireBytes, requests: receiver.requests, packs: await packsIn(home) };
  const { seconds } = await timed(send);
  const wire = receiver.wireBytes - before.wire;
  const size = wire < 1e6 ? `${(wire / 1e3).toFixed(0)} kB` : `${(wire / 1e6).toFixed(1)} MB`;
  console.log([name.padEnd(41), size.padEnd(11), `${((100 * wire) / bytes).toFixed(2)} %`.padEnd(11), `${seconds.toFixed(2)} s`.padEnd(7), String(receiver.requests - before.requests).padEnd(8), (await packsIn(home)) - before.packs].join('  '));
}

async function packsIn(home: string): Promise<number> {
  const entries = await readdir(join(home, 'target'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && entry.parentPath.includes('packs')).length;
}

async function repository(directory: string, chunkBytes?: number): Promise<CopyRepositoryBroker> {
  const broker = createFilesystemCopyRepositoryBroker({ directory, keyEncryption: await SecretBox.loadOrCreate(`${directory}.key`), ...(chunkBytes !== undefined && { chunkBytes }) });
  await broker.createRepository({ repositoryId: 'r', properties: {} });
  return broker;
}

/** A stream of random bytes, the same for the same key, but where `isNew` says so of a piece. */
async function* pieces(key: Buffer, other: Buffer, isNew: (at: number) => boolean, total = partBytes): AsyncGenerator<Buffer> {
  const [old, fresh] = [key, other].map((one) => createCipheriv('aes-256-ctr', one, Buffer.alloc(16)));
  const zeros = Buffer.alloc(64 * 1024);
  for (let at = 0; at < total; at += zeros.length) {
    const [was, becomes] = [old!.update(zeros), fresh!.update(zeros)];
    yield (isNew(at) ? becomes : was).subarray(0, Math.min(zeros.length, total - at));
  }
}

/** The transfer door of a repository at a real socket, with Grants that are not signed: that is not what is measured. */
class Receiver {
  requests = 0;
  readonly #sockets = new Set<Socket>();
  #closedBytes = 0;

  private constructor(private readonly server: Server) {}

  static async start(broker: CopyRepositoryBroker): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    const door = createTransferDoor({
      resolve: () => broker,
      verifyGrant: async (partId): Promise<GrantClaims> => ({ grantId: partId, issuer: 'bench', direction: 'write', repositoryId: 'r', partId, maxBytes: Number.MAX_SAFE_INTEGER, format: 'bench/1', expiresAt: new Date(Date.now() + 3_600_000) }),
      consumeGrant: async () => undefined,
      giveReceipt: async (unsigned) => ({ ...unsigned, signature: 'bench' }),
    });
    server.on('request', (request, response) => {
      receiver.requests += 1;
      void door(request, response);
    });
    server.on('connection', (socket) => {
      receiver.#sockets.add(socket);
      socket.on('close', () => {
        receiver.#sockets.delete(socket);
        receiver.#closedBytes += socket.bytesRead + socket.bytesWritten;
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get wireBytes(): number {
    return [...this.#sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, this.#closedBytes);
  }

  async take(from: CopyRepositoryBroker, partId: string): Promise<void> {
    const mount = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/copies/v1`;
    const key = { repositoryId: 'r', partId };
    await sendPart({ from, key, target: { url: transferUrl(mount, key), grant: partId } });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function compareCopies(): Promise<void> {
  await using fabric = await GuestbookFabric.start();
  await fabric.fillTo(databaseMb);
  const database = await fabric.database();
  const ask = (sql: string) => fabric.server.query(database, async (client) => (await client.query<Record<string, string>>(sql)).rows[0] ?? {}, 300_000);
  // As autovacuum leaves it in time; else the first read of each page changes it.
  await ask('VACUUM (FREEZE, ANALYZE) entry');
  const path = join(fabric.home, 'bench-base.tar');
  const copy = async () => {
    await fabric.checkpoint();
    const { seconds, result: copyId } = await timed(() => fabric.createCopy());
    await drainBaseBackup(fabric.server.connectionString('postgres'), path);
    const blocks = await blocksOf(path);
    await rm(path);
    return { seconds, stored: await fabric.copyStoredBytes(copyId), bytes: await fabric.copyBytes(copyId), blocks };
  };

  console.log(`createCopy of a PostgreSQL database, and again after ${100 * share} % of its rows were updated\n`);
  console.log('copy                     of        time               stored              pages of the table touched');
  const first = await copy();
  console.log(`${'first'.padEnd(23)}  ${megabytes(first.bytes).padEnd(8)}  ${`${first.seconds.toFixed(2)} s`.padEnd(17)}  ${megabytes(first.stored)}`);
  let before = first;
  const found: string[] = [];
  for (const [name, rows] of [
    ['1 % in one place', `SELECT ctid FROM entry ORDER BY ctid LIMIT (SELECT count(*) * ${share} FROM entry)::bigint`],
    ['1 % spread over all', `SELECT ctid FROM entry WHERE hashtext(id::text) % ${1 / share} = 0`],
  ] as const) {
    const { touched } = await ask(`SELECT (100.0 * count(DISTINCT (ctid::text::point)[0]) / (pg_relation_size('entry') / 8192))::numeric(5, 1) AS touched FROM (${rows}) AS changed`);
    await ask(`UPDATE entry SET message = reverse(message) WHERE ctid = ANY (ARRAY(${rows}))`);
    const after = await copy();
    const [time, stored] = [after.seconds / first.seconds, after.stored / first.stored];
    console.log([name.padEnd(23), megabytes(after.bytes).padEnd(8), `${after.seconds.toFixed(2)} s, ${(100 * time).toFixed(0)} %`.padEnd(17), `${megabytes(after.stored)}, ${(100 * stored).toFixed(1)} %`.padEnd(18), `${touched} %`].join('  '));
    found.push(`${name.padEnd(23)}  ${blockSizes.map((size) => `${newShare(before.blocks.get(size)!, after.blocks.get(size)!).toFixed(1)} %`.padEnd(9)).join('')}`);
    before = after;
  }
  console.log(`\nof the stream, what lies in blocks that the backup before did not have, for blocks of\n${''.padEnd(23)}  ${blockSizes.map((size) => (size < MIB ? `${size / 1024} KiB` : '1 MiB').padEnd(9)).join('')}`);
  for (const line of found) console.log(line);
}

/** What streams are cut into today, and smaller; a page of PostgreSQL is the least that can help. */
const blockSizes = [MIB, 128 * 1024, 32 * 1024, 8 * 1024] as const;

/** Hashes of the blocks of a file, by the size of the blocks. */
async function blocksOf(path: string): Promise<ReadonlyMap<number, readonly string[]>> {
  const blocks = new Map<number, string[]>(blockSizes.map((size) => [size, []]));
  for await (const piece of createReadStream(path, { highWaterMark: MIB }) as AsyncIterable<Buffer>) {
    for (const size of blockSizes) {
      for (let at = 0; at < piece.length; at += size) blocks.get(size)!.push(createHash('sha1').update(piece.subarray(at, at + size)).digest('base64'));
    }
  }
  return blocks;
}

function newShare(before: readonly string[], after: readonly string[]): number {
  const known = new Set(before);
  return (100 * after.filter((hash) => !known.has(hash)).length) / after.length;
}

await compareSends();
if (databaseMb > 0) await compareCopies();
