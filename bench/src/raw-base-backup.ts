import { open } from 'node:fs/promises';
import pg from 'pg';

/**
 * The other side of `copy`: the same `BASE_BACKUP` command, its stream written to one file as it comes, durable at the end.
 * No hashing, no compression, no verification. Answers the bytes written.
 */
export async function drainBaseBackup(connectionString: string, path: string): Promise<number> {
  const file = await open(path, 'w');
  try {
    const bytes = await takeBaseBackup(connectionString, async (batch) => void (await file.writev(batch)));
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * The `BASE_BACKUP` command and its stream.
 * @param take takes some pieces; the next ones come when it has resolved
 */
export async function takeBaseBackup(connectionString: string, take: (batch: Buffer[]) => Promise<void>): Promise<number> {
  // pg takes `replication`, its types do not know it.
  const client = new pg.Client(Object.assign({ connectionString }, { replication: 'database' }));
  await client.connect();
  const socket = client.connection.stream;
  let bytes = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let writing: Promise<void> | undefined;
  const write = async () => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      waitingBytes = 0;
      await take(batch);
      socket.resume();
    }
    writing = undefined;
  };
  client.connection.on('copyData', ({ chunk }: { readonly chunk: Buffer }) => {
    if (chunk[0] !== 0x64) return;
    bytes += chunk.length - 1;
    waiting.push(chunk.subarray(1));
    waitingBytes += chunk.length;
    if (waitingBytes > 4 * 1024 * 1024) socket.pause();
    writing ??= write();
  });
  try {
    const query = new pg.Query("BASE_BACKUP (LABEL 'bench', PROGRESS true, CHECKPOINT 'fast', WAL true, MANIFEST 'yes', MANIFEST_CHECKSUMS 'CRC32C')");
    await new Promise<void>((resolve, reject) => {
      query.on('end', () => resolve());
      query.on('error', reject);
      client.query(query);
    });
    await writing;
  } finally {
    await client.end();
  }
  return bytes;
}
