import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { temporaryDirectory } from '@ocopea/embedded/testing';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import { unpackBackup } from './unpack-backup.js';

interface TarEntry {
  readonly name: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link';
  readonly linkname?: string;
  readonly content?: string;
}

const log = 'pg_wal/000000010000000000000002';
const files = { PG_VERSION: '18\n', 'base/1/1259': 'x'.repeat(100_000), 'empty': '' };

/** As PostgreSQL writes it. */
function manifestOf(listed: Readonly<Record<string, string>>): string {
  const checksum = (content: string) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(crc32c(Buffer.from(content)));
    return bytes.toString('hex');
  };
  const lines = Object.entries(listed).map(([path, content]) => `{ "Path": "${path}", "Size": ${content.length}, "Last-Modified": "2026-01-01 00:00:00 GMT", "Checksum-Algorithm": "CRC32C", "Checksum": "${checksum(content)}" }`);
  const body = `{ "PostgreSQL-Backup-Manifest-Version": 2,\n"Files": [\n${lines.join(',\n')}\n],\n"WAL-Ranges": [\n{ "Timeline": 1, "Start-LSN": "0/2000028", "End-LSN": "0/2000120" }\n],\n`;
  return `${body}"Manifest-Checksum": "${createHash('sha256').update(body).digest('hex')}"}\n`;
}

function backup(change: (entries: TarEntry[]) => TarEntry[] = (entries) => entries): TarEntry[] {
  return change([
    { name: 'base/', type: 'directory' },
    ...Object.entries(files).map(([name, content]) => ({ name, content })),
    { name: 'pg_wal/archive_status/', type: 'directory' },
    { name: log, content: 'log' },
    { name: 'backup_manifest', content: manifestOf(files) },
  ]);
}

async function unpack(entries: readonly TarEntry[], damage: (tar: Buffer) => Buffer = (tar) => tar) {
  const directory = await temporaryDirectory();
  const target = join(directory.path, 'data');
  await mkdir(target);
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header, content);
  tar.finalize();
  const bytes = damage(await buffer(tar));
  const stream = (async function* () {
    for (let from = 0; from < bytes.length; from += 10_000) yield Uint8Array.from(bytes.subarray(from, from + 10_000));
  })();
  return { directory, target, done: unpackBackup({ stream, directory: target, majorVersion: 18 }) };
}

const replace = (name: string, entry: TarEntry) => (entries: TarEntry[]) => entries.map((one) => (one.name === name ? entry : one));
const without = (name: string) => (entries: TarEntry[]) => entries.filter((one) => one.name !== name);
const first = (entry: TarEntry) => (entries: TarEntry[]) => [entry, ...entries];

describe('unpackBackup', () => {
  it('writes the files, for their owner alone, and not the manifest', async () => {
    const { directory, target, done } = await unpack(backup());
    await using _ = directory;
    await done;
    expect(await readFile(join(target, 'base/1/1259'), 'utf8')).toBe(files['base/1/1259']);
    expect((await readdir(target)).sort()).toEqual(['PG_VERSION', 'base', 'empty', 'pg_wal']);
    expect(await readdir(join(target, 'pg_wal'))).toContain('archive_status');
    expect((await stat(join(target, 'base/1/1259'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(target, 'base'))).mode & 0o777).toBe(0o700);
  });

  it.each([
    { what: 'a path that leads up', entries: backup(first({ name: '../evil', content: 'x' })), says: '../evil' },
    { what: 'a path that leads up further inside', entries: backup(first({ name: 'base/../../evil', content: 'x' })), says: 'evil' },
    { what: 'an absolute path', entries: backup(first({ name: '/tmp/evil', content: 'x' })), says: 'leads out' },
    { what: 'a symbolic link', entries: backup(first({ name: 'pg_tblspc/1', type: 'symlink', linkname: '/etc' })), says: 'neither a file nor a folder' },
    { what: 'a hard link', entries: backup(first({ name: 'link', type: 'link', linkname: '/etc/passwd' })), says: 'neither a file nor a folder' },
    { what: 'a file twice', entries: backup(first({ name: 'empty', content: '' })), says: '"empty" is in it twice' },
    { what: 'a file too many', entries: backup(first({ name: 'base/1/evil', content: 'x' })), says: '"base/1/evil" does not belong' },
    { what: 'a file missing', entries: backup(without('empty')), says: '"empty" is missing' },
    { what: 'a file that is shorter', entries: backup(replace('base/1/1259', { name: 'base/1/1259', content: 'x' })), says: '1 bytes instead of 100000' },
    { what: 'a file with other content', entries: backup(replace('PG_VERSION', { name: 'PG_VERSION', content: '17\n' })), says: 'its checksum' },
    { what: 'no manifest', entries: backup(without('backup_manifest')), says: 'before its manifest' },
    { what: 'a manifest that was changed', entries: backup(replace('backup_manifest', { name: 'backup_manifest', content: manifestOf(files).replace('"empty"', '"other"') })), says: 'manifest' },
    { what: 'no write-ahead log', entries: backup(without(log)), says: 'write-ahead log is missing' },
    { what: 'nothing', entries: [], says: 'before its manifest' },
  ])('refuses an archive with $what', async ({ entries, says }) => {
    const { directory, done } = await unpack(entries);
    await using _ = directory;
    await expect(done).rejects.toMatchObject({ code: 'CORRUPT_DATA', message: expect.stringContaining(says) as string });
    expect(await readdir(directory.path)).toEqual(['data']);
  });

  it('refuses a backup of another major version', async () => {
    const older = { ...files, PG_VERSION: '17\n' };
    const { directory, done } = await unpack(backup((entries) => replace('backup_manifest', { name: 'backup_manifest', content: manifestOf(older) })(replace('PG_VERSION', { name: 'PG_VERSION', content: '17\n' })(entries))));
    await using _ = directory;
    await expect(done).rejects.toMatchObject({ code: 'NOT_SUPPORTED', message: expect.stringContaining('PostgreSQL 17') as string });
  });

  it.each([0.01, 0.3, 0.5, 0.9, 0.97])('refuses an archive that ends after %d of its length', async (share) => {
    const { directory, done } = await unpack(backup(), (tar) => tar.subarray(0, Math.floor(tar.length * share)));
    await using _ = directory;
    await expect(done).rejects.toMatchObject({ code: 'CORRUPT_DATA' });
  });

  it('gives on the error of its stream', async () => {
    await using directory = await temporaryDirectory();
    const failing = (async function* () {
      yield Buffer.alloc(10);
      throw Object.assign(new Error('disk is full'), { code: 'ENOSPC' });
    })();
    await expect(unpackBackup({ stream: failing, directory: directory.path, majorVersion: 18 })).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
