// Makes and checks migrations offline, with Prisma's schema engine as WebAssembly.
//   node scripts/migration.mjs new NAME   writes prisma/migrations/<time>_NAME/migration.sql: what schema.prisma has beyond the migrations
//   node scripts/migration.mjs check      exits 1 where schema.prisma and the migrations have drifted apart
// The migrations are replayed into an empty database of a private server; `npm run build` comes first.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const schema = 'prisma/schema.prisma';

async function loadEngine() {
  const folder = dirname(require.resolve('@prisma/schema-engine-wasm'));
  const bindings = await import(join(folder, 'schema_engine_bg.js'));
  const { instance } = await WebAssembly.instantiate(readFileSync(join(folder, 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

async function difference(url) {
  const { PrismaPg } = require('@prisma/adapter-pg');
  const { bindMigrationAwareSqlAdapterFactory } = require('@prisma/driver-adapter-utils');
  const SchemaEngine = await loadEngine();
  const files = { files: [{ path: schema, content: readFileSync(schema, 'utf8') }] };
  const adapter = bindMigrationAwareSqlAdapterFactory(readingChar(new PrismaPg({ connectionString: url })));
  const engine = await SchemaEngine.new({ datamodels: [[schema, files.files[0].content]] }, () => {}, adapter);
  const answer = await engine.diff({
    from: { tag: 'schemaDatasource', ...files, configDir: 'prisma' },
    to: { tag: 'schemaDatamodel', ...files },
    script: true,
    shadowDatabaseUrl: null,
    exitCode: null,
    filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
  });
  return (answer.stdout ?? '').trim();
}

/** The adapter does not know PostgreSQL's internal one-byte type "char" (oid 18), which the engine's catalogue queries answer: read as text, labelled as a character. */
function readingChar(factory) {
  const { ColumnTypeEnum } = require('@prisma/driver-adapter-utils');
  const [char, text] = [18, 25];
  const patch = (adapter) => {
    const performIO = adapter.performIO.bind(adapter);
    const queryRaw = adapter.queryRaw.bind(adapter);
    const chars = new WeakMap();
    adapter.performIO = async (query) => {
      const answer = await performIO(query);
      chars.set(query, new Set((answer.fields ?? []).flatMap((field, index) => (field.dataTypeID === char ? [index] : []))));
      for (const field of answer.fields ?? []) if (field.dataTypeID === char) field.dataTypeID = text;
      return answer;
    };
    adapter.queryRaw = async (query) => {
      const answer = await queryRaw(query);
      const columnTypes = answer.columnTypes.map((type, index) => (chars.get(query)?.has(index) ? ColumnTypeEnum.Character : type));
      return { ...answer, columnTypes };
    };
    return adapter;
  };
  const { provider, adapterName } = factory;
  return {
    provider,
    adapterName,
    connect: async () => patch(await factory.connect()),
    connectToShadowDb: async () => patch(await factory.connectToShadowDb()),
  };
}

const { joinEmbeddedServer } = require('../dist/src/database/embedded/server.js');
const { ensureDatabase } = require('../dist/src/database/open-database.js');
const { applyMigrations } = require('../dist/src/database/migrations.js');
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const [command, name] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'pim2shop-migration-'));
const server = await joinEmbeddedServer(folder, silent);
let script;
try {
  await ensureDatabase(server.url);
  await applyMigrations(server.url, silent);
  script = await difference(server.url);
} finally {
  await server.leave();
  rmSync(folder, { recursive: true, force: true });
}

const isEmpty = script === '' || script.startsWith('-- This is an empty migration');
if (command === 'new' && name) {
  if (isEmpty) {
    console.log('nothing to migrate: schema.prisma and the migrations agree');
  } else {
    const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const target = join('prisma', 'migrations', `${time}_${name}`);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'migration.sql'), `${script}\n`);
    console.log(`written: ${target}/migration.sql`);
  }
} else if (command === 'check') {
  if (!isEmpty) {
    console.error(`schema.prisma and prisma/migrations differ; run "npm run migration:new -- NAME". The difference:\n${script}`);
    process.exit(1);
  }
} else {
  console.error('usage: node scripts/migration.mjs new NAME | check');
  process.exit(2);
}
