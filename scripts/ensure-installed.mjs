// Brings node_modules in line with package-lock.json. Nothing but Node is there yet, so this file uses nothing else.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNpm } from './run.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
const stamp = join(root, 'node_modules', '.ocopea-installed');

export function ensureInstalled() {
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Ocopea needs Node 20.19 or newer; this is ${process.version}.`);
    process.exit(1);
  }
  const wanted = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).update(process.version).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing dependencies (once) …');
  runNpm(['ci', '--no-fund', '--no-audit', '--loglevel=error'], 'dependencies could not be installed');
  writeFileSync(stamp, wanted);
}
