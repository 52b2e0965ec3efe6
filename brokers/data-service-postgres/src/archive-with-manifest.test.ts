import { buffer, text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { expect, it } from 'vitest';
import { ArchiveWithManifest, manifestEntry } from './archive-with-manifest.js';

async function namesAndContents(archive: Buffer): Promise<readonly string[]> {
  const entries = extract();
  Readable.from([archive]).pipe(entries);
  const found: string[] = [];
  for await (const entry of entries) found.push(`${entry.header.name}: ${await text(entry)}`);
  return found;
}

it.each([1, 100, 512, 1_023, 1_024, 1_025, 4_096, 1_000_000])('adds the manifest as the last entry when the archive comes in pieces of %i bytes', async (size) => {
  const tar = pack();
  tar.entry({ name: 'one' }, 'first');
  tar.entry({ name: 'zeroes' }, '\0'.repeat(2_000));
  tar.finalize();
  const archive = await buffer(tar);
  const written: Buffer[] = [];
  const joined = new ArchiveWithManifest((bytes) => written.push(Buffer.from(bytes)));
  for (let from = 0; from < archive.length; from += size) joined.push(archive.subarray(from, from + size));
  joined.endArchive();
  const whole = Buffer.concat([...written, await manifestEntry(Buffer.from('{"all": "there"}'))]);
  expect(await namesAndContents(whole)).toEqual(['one: first', `zeroes: ${'\0'.repeat(2_000)}`, 'backup_manifest: {"all": "there"}']);
  expect(whole.length % 512).toBe(0);
  expect(whole.subarray(-1_024).every((byte) => byte === 0)).toBe(true);
});
