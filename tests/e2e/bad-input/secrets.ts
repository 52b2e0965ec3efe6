import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Scene } from './scene.js';

/** A file below a fabric's folder. */
export interface HomeFile {
  readonly path: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
}

/** Beyond this a file holds data, which is private as a whole. */
const longestText = 64 * 1024 * 1024;
/** Folders of databases and chunks. */
const bulk = /\/(data\/(base|global|pg_[a-z_]+)|chunks|tmp)\//;

/** All files that a fabric keeps, but for the data itself. */
export async function filesOf(home: string): Promise<HomeFile[]> {
  const files: HomeFile[] = [];
  for (const entry of await readdir(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || bulk.test(relative(home, path))) continue;
    // One that went away since is none.
    const about = await stat(path).catch(() => undefined);
    if (about === undefined || about.size > longestText) continue;
    files.push({ path, text: await readFile(path, 'latin1'), mode: about.mode & 0o777 });
  }
  return files;
}

const secretFile = /\.(key|password|token)$/;

/** What the processes of a fabric keep to themselves, as it stands in their files; PEM armour is none. */
export function secretsIn(files: readonly HomeFile[]): string[] {
  return files.filter(({ path }) => secretFile.test(path)).flatMap(({ text }) => text.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----')));
}

/** Logs of the processes, of their database servers and of the applications. */
export const logsIn = (files: readonly HomeFile[]): HomeFile[] => files.filter(({ path }) => path.endsWith('.log') || /\/logs?\//.test(path));

/** Those of the texts that hold a secret; each named, without the secret. */
export function leaks(secrets: readonly string[], texts: Readonly<Record<string, string>>): string[] {
  return Object.entries(texts).flatMap(([name, text]) => (secrets.some((secret) => text.includes(secret)) ? [name] : []));
}

/** Files that hold a secret and that others on the machine could read. */
export const exposed = (secrets: readonly string[], files: readonly HomeFile[]): string[] =>
  files.filter(({ text, mode }) => (mode & 0o077) !== 0 && secrets.some((secret) => text.includes(secret))).map(({ path }) => path);

/** Secrets of the scene and of the files. */
export const allSecrets = ({ secrets }: Scene, files: readonly HomeFile[]): string[] => [...new Set([...secrets, ...secretsIn(files)])];
