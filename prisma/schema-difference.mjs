import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

const require = createRequire(import.meta.url);

/**
 * The SQL that leads from what a folder's migrations make to what its schema says; empty when they agree. Works offline: the
 * schema engine is the WebAssembly one, and a shadow database on the given server takes the migrations.
 *
 * @param {object} options
 * @param {string} options.databaseUrl of a role that may create databases
 * @param {string} options.directory with the `.prisma` files and `migrations/`
 * @param {readonly string[]} [options.files] of the `.prisma` files, when not all
 * @returns {Promise<string>}
 */
export async function schemaDifference({ databaseUrl, directory, files }) {
  const names = files ?? readdirSync(directory).filter((name) => name.endsWith('.prisma'));
  const schemas = names.map((name) => ({
    path: path.join(directory, name),
    content: readFileSync(path.join(directory, name), 'utf8'),
  }));
  if (!schemas.some(({ content }) => content.includes('datasource '))) {
    schemas.push({ path: path.join(directory, 'datasource.prisma'), content: 'datasource db {\n  provider = "postgresql"\n}\n' });
  }
  const { SchemaEngine } = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(adapterOver(databaseUrl));
  const engine = await SchemaEngine.new({ datamodels: schemas.map(({ path: file, content }) => [file, content]) }, () => undefined, adapter);
  try {
    const difference = await engine.diff({
      from: { tag: 'migrations', ...migrationList(path.join(directory, 'migrations')) },
      to: { tag: 'schemaDatamodel', files: schemas },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return difference.exitCode === 2 ? (difference.stdout ?? '') : '';
  } finally {
    engine.free();
  }
}

/** The driver adapter of `databaseUrl`, whose shadow databases come and go with their connections. */
function adapterOver(databaseUrl) {
  const connect = async (url) => {
    const pool = new CatalogPool({ connectionString: url });
    const adapter = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const index of pool.charColumns.get(query.sql) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    };
    return adapter;
  };
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(databaseUrl),
    connectToShadowDb: async () => {
      const name = `shadow_${randomUUID().replaceAll('-', '')}`;
      const owner = new pg.Client({ connectionString: databaseUrl });
      await owner.connect();
      await owner.query(`CREATE DATABASE ${name}`);
      const url = new URL(databaseUrl);
      url.pathname = name;
      const shadow = await connect(url.href);
      const dispose = shadow.dispose.bind(shadow);
      shadow.dispose = async () => {
        await dispose();
        await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await owner.end();
      };
      return shadow;
    },
  };
}

/**
 * The engine reads columns of the type `"char"` from the catalogs, which the adapter refuses. They pass it as text, and are
 * remembered, so that the engine is told what they are.
 */
class CatalogPool extends pg.Pool {
  /** Statement to the places of its `"char"` columns. */
  charColumns = new Map();

  async query(...args) {
    const result = await super.query(...args);
    const places = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== pg.types.builtins.CHAR) continue;
      field.dataTypeID = pg.types.builtins.TEXT;
      places.push(index);
    }
    if (places.length > 0) this.charColumns.set(args[0].text, places);
    return result;
  }
}

function migrationList(baseDir) {
  const names = readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(path.join(baseDir, name, 'migration.sql'), 'utf8') },
      },
    })),
  };
}

let engineModule;

/** Once per process: the bindings are a module, and hold the memory of one instance. */
function loadEngine() {
  engineModule ??= instantiateEngine();
  return engineModule;
}

/** The package's own entry imports `.wasm` as a module, which Node 20 does behind a flag only. */
async function instantiateEngine() {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasm = readFileSync(path.join(path.dirname(require.resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings });
  // Where the engine's panics leave their message.
  globalThis.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: (message) => process.stderr.write(`${message}\n`) };
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}
