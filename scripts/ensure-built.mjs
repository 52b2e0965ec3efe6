// Generates the Prisma clients and compiles every package, unless nothing has changed since the last time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNode, runTool } from './run.mjs';

const stamp = join(root, '.cache', 'built');
const skipped = new Set(['node_modules', 'dist', '.git', '.cache', '.ocopea', 'generated', 'docs', 'changes', 'coverage']);

export function ensureBuilt() {
  const wanted = fingerprint();
  if (existsSync(stamp) && existsSync(join(root, 'cli', 'dist', 'main.js')) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Building …');
  runNode([join(root, 'scripts', 'generate-prisma.mjs')], 'the database clients could not be generated');
  runTool('typescript/bin/tsc', ['-b'], 'the build failed');
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Paths, sizes and times of everything the build reads. */
function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const visit = (directory) => {
    for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) visit(path);
      } else if (/(?<!\.test)\.ts$|\.prisma$|tsconfig.*\.json$|^package\.json$/.test(entry.name)) {
        const { size, mtimeMs } = statSync(path);
        hash.update(`${path}\0${size}\0${mtimeMs}\n`);
      }
    }
  };
  visit(root);
  return hash.digest('hex');
}
