// Generates the Prisma clients of Site and Hub. Skipped when schema and generator are as they were.
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const root = path.resolve(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

for (const name of ['site', 'hub']) {
  generate(name);
}

/** @param {string} name folder under `prisma/` and `subgraphs/` */
function generate(name) {
  const source = path.join(root, 'prisma', name);
  const output = path.join(root, 'subgraphs', name, 'src/store/generated');
  const stamp = path.join(output, '.stamp');
  const wanted = fingerprint(source);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
    return;
  }

  rmSync(output, { recursive: true, force: true });
  const prisma = path.join(path.dirname(require.resolve('prisma/package.json')), 'build/index.js');
  const run = spawnSync(process.execPath, [prisma, 'generate', '--config', path.join(source, 'prisma.config.ts')], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      // `generate` looks for a schema engine, and would download one, though it never runs it: any executable will do.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (run.status !== 0) {
    process.stderr.write(`${run.stdout}${run.stderr}`);
    process.stderr.write(`generating the Prisma client of "${name}" failed; see prisma/${name}/*.prisma\n`);
    process.exit(1);
  }
  mkdirSync(output, { recursive: true });
  writeFileSync(stamp, wanted);
}

/** @param {string} source folder with the `.prisma` files */
function fingerprint(source) {
  const hash = createHash('sha256').update(require('prisma/package.json').version);
  for (const file of readdirSync(source).filter((file) => file.endsWith('.prisma')).sort()) {
    hash.update(file).update(readFileSync(path.join(source, file)));
  }
  return hash.digest('hex');
}
