// `npm run bench -- NAME`: one of the benchmarks in bench/src, each with a README line of what it measures.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, runNode } from './run.mjs';

ensureInstalled();
ensureBuilt();
const [name, ...args] = process.argv.slice(2);
const script = join(root, 'bench', 'dist', `${name}.bench.js`);
if (name === undefined || !existsSync(script)) {
  const names = readdirSync(join(root, 'bench', 'dist')).flatMap((file) => (file.endsWith('.bench.js') ? [file.slice(0, -'.bench.js'.length)] : []));
  console.error(`usage: npm run bench -- NAME [options], with NAME one of: ${names.join(', ')}`);
  process.exit(2);
}
runNode([script, ...args], `bench ${name} failed`);
