import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OutputLog, type OutputLogOptions } from './output-log.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const bounds = { name: 'out', maxFileBytes: 1_000, keepFiles: 2 };

async function append(log: OutputLog, text: string): Promise<void> {
  await using file = await log.openForAppend();
  await file.writeFile(text);
}

async function readAll(log: OutputLog, from: number): Promise<string> {
  let text = '';
  for (let position = from; ; ) {
    const slice = await log.read(position, 300);
    if (slice.bytes.length === 0) return text;
    text += slice.bytes.toString();
    position = slice.position + slice.bytes.length;
  }
}

async function logWithLines(options: OutputLogOptions, lines: number): Promise<OutputLog> {
  const log = new OutputLog(options);
  for (let line = 0; line < lines; line++) {
    await append(log, `line ${String(line).padStart(5, '0')}\n`);
    await log.rotateIfNeeded();
  }
  return log;
}

it('keeps positions good across rotation and reopening, and its size bounded', async () => {
  await using directory = await temporaryDirectory();
  const log = await logWithLines({ ...bounds, directory: directory.path }, 1_000);
  const bytes = 1_000 * 'line 00000\n'.length;
  expect(await log.end()).toBe(bytes);
  const start = await log.start();
  expect(start).toBeGreaterThan(bytes - 4 * bounds.maxFileBytes);
  const reopened = new OutputLog({ ...bounds, directory: directory.path });
  const kept = await readAll(reopened, start);
  expect(kept.length).toBe(bytes - start);
  expect(await readAll(reopened, bytes - 22)).toBe('line 00998\nline 00999\n');
  expect(await readAll(reopened, 0)).toBe(kept);
  const files = await readdir(directory.path);
  expect(files.length).toBe(3);
  for (const file of files) expect((await stat(join(directory.path, file))).size).toBeLessThan(1_100);
});

it('gives the last lines, also across files and with an unfinished one', async () => {
  await using directory = await temporaryDirectory();
  const log = await logWithLines({ ...bounds, directory: directory.path }, 92);
  await append(log, 'unfinished');
  expect(await log.lastLines(3)).toEqual(['line 00090', 'line 00091', 'unfinished']);
});

it('is written by whoever holds it open, over a rotation', async () => {
  await using directory = await temporaryDirectory();
  const log = new OutputLog({ ...bounds, directory: directory.path });
  await using file = await log.openForAppend();
  await file.writeFile('a'.repeat(1_500));
  await log.rotateIfNeeded();
  await file.writeFile('b'.repeat(10));
  expect(await log.end()).toBe(1_510);
  expect((await readAll(log, 1_495)).toString()).toBe('aaaaabbbbbbbbbb');
});

it.each([
  { when: 'before the file was cut', cut: false },
  { when: 'after the file was cut', cut: true },
])('loses and doubles nothing when a rotation was interrupted $when', async ({ cut }) => {
  await using directory = await temporaryDirectory();
  const log = await logWithLines({ ...bounds, directory: directory.path }, 50);
  await copyFile(log.path, join(directory.path, 'out.rotating'));
  if (cut) await truncate(log.path);
  await append(log, 'after\n');
  const text = await readAll(log, 0);
  expect(text.length).toBe(50 * 11 + 6);
  expect(text.endsWith('line 00049\nafter\n')).toBe(true);
});
