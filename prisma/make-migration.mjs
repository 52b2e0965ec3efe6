// Writes the next migration of a Site's or the Hub's database, offline:
//   node prisma/make-migration.mjs site 0003_what_changes
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { PostgresServer } from '@ocopea/embedded';
import { schemaDifference } from './schema-difference.mjs';

const [name, migration, ...files] = process.argv.slice(2);
if ((name !== 'site' && name !== 'hub') || !/^\d{4}_[a-z0-9_]+$/.test(migration ?? '')) {
  process.stderr.write('usage: node prisma/make-migration.mjs site|hub NNNN_what_changes [FILE.prisma …]\n');
  process.exit(2);
}

const directory = path.join(import.meta.dirname, name);
mkdirSync(path.join(directory, 'migrations'), { recursive: true });
const target = path.join(directory, 'migrations', migration);
if (existsSync(target)) {
  process.stderr.write(`${path.relative(process.cwd(), target)} is there already; take the next number\n`);
  process.exit(2);
}

const scratch = mkdtempSync(path.join(os.tmpdir(), 'ocopea-migration-'));
const server = await PostgresServer.initialise({ directory: path.join(scratch, 'server') });
try {
  await server.start();
  const sql = await schemaDifference({
    databaseUrl: server.connectionString('postgres'),
    directory,
    ...(files.length > 0 ? { files } : {}),
  });
  if (sql === '') {
    process.stdout.write('the migrations lead to the schema already\n');
  } else {
    mkdirSync(target);
    writeFileSync(path.join(target, 'migration.sql'), sql);
    process.stdout.write(`wrote ${path.relative(process.cwd(), path.join(target, 'migration.sql'))}\n`);
  }
} finally {
  await server.stop();
  rmSync(scratch, { recursive: true, force: true });
}
