import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.js';
import { QueueScene } from '../../../test/kit/queue-scene.js';
import type { Sql } from '../../database/sql.js';
import type { ClaimedEntry } from '../entry.js';
import { claim } from './claim.js';
import { enqueue } from './enqueue.js';
import { intend } from './intend.js';
import { renew } from './renew.js';
import { settle } from './settle.js';
import { wake } from './wake.js';
import { watermark } from './watermark.js';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const large = ['queue_entry', 'mirror_document', 'sighting'];
const entries = 1_000_000;
const leasedInFront = 50_000;
const batch = 500;

let db: TestDatabase;
let scene: QueueScene;

beforeAll(async () => {
  db = await createTestDatabase();
  scene = await QueueScene.open(db.database);
  const { sql, pipeline, connection } = scene;
  const indexes = await sql.query<{ indexdef: string; indexname: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('queue_entry', 'mirror_document') AND indexname NOT LIKE '%pkey'`,
  );
  for (const { indexname } of indexes) await sql.query(`DROP INDEX "${indexname}"`);
  await sql.query(
    `INSERT INTO queue_entry (pipeline, entity_key, kind, state, cause, revision, claim_order, version, version_order, hold, token, leased_by, leased_until)
     SELECT $1, 'k' || lpad(n::text, 7, '0'), 'updated', CASE WHEN n <= $3 THEN 'leased' ELSE 'ready' END, 'delta', n, now() - ($2 - n) * interval '1 ms', '1', 1, n,
            CASE WHEN n <= $3 THEN n END, CASE WHEN n <= $3 THEN 'other' END, CASE WHEN n <= $3 THEN now() + interval '1 h' END
     FROM generate_series(1, $2) AS n`,
    [pipeline, entries, leasedInFront],
  );
  await sql.query(
    `INSERT INTO mirror_document (connection, document_key, pipeline, entity_key, resource, store, hash, document, send_number, sent_at, read_number, acknowledged_at)
     SELECT $1, 'product:all:-:k' || lpad(n::text, 7, '0'), $2, 'k' || lpad(n::text, 7, '0'), 'product', 'all', 'h', '{}', n, now(), 0, now() FROM generate_series(1, $3) AS n`,
    [connection, pipeline, entries / 2],
  );
  await sql.query(
    `INSERT INTO sighting (pipeline, entity_key, version, version_order, version_closed) SELECT pipeline, entity_key, '1', 1, true FROM queue_entry WHERE revision <= $1`,
    [entries / 2],
  );
  for (const { indexdef } of indexes) await sql.query(indexdef);
  await sql.query(`SELECT setval('revision_seq', 2000000), setval('token_seq', 2000000), setval('send_seq', 2000000)`);
  await sql.query('ANALYZE');
}, 60_000);
afterAll(() => db.drop());

/** Runs every statement as EXPLAIN ANALYZE and keeps its plan; callers see no rows. */
class Explaining implements Sql {
  plan: PlanNode | undefined;
  ms = 0;

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const rows = await db.database.query<{ 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    );
    this.plan = rows[0]?.['QUERY PLAN'][0].Plan;
    this.ms = rows[0]?.['QUERY PLAN'][0]['Execution Time'] ?? 0;
    return [];
  }

  nodes(node = this.plan): PlanNode[] {
    return node ? [node, ...(node.Plans ?? []).flatMap((child) => this.nodes(child))] : [];
  }

  /** Rows of the large tables that were looked at, whether they were wanted or not. */
  get looked(): number {
    return this.nodes()
      .filter((node) => large.includes(node['Relation Name'] ?? '') && node['Node Type'].endsWith('Scan'))
      .reduce((sum, node) => sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'], 0);
  }

  get indexes(): string[] {
    return this.nodes().flatMap((node) => node['Index Name'] ?? []);
  }

  /** Large tables that were read from one end to the other. */
  get scanned(): string[] {
    return this.nodes().flatMap((node) =>
      node['Node Type'] === 'Seq Scan' && large.includes(node['Relation Name'] ?? '') ? [node['Relation Name'] ?? ''] : [],
    );
  }
}

const report: Record<string, { looked: number; ms: number }> = {};

async function explained(name: string, run: (sql: Sql) => Promise<unknown>): Promise<Explaining> {
  const explaining = new Explaining();
  await run(explaining);
  report[name] = { looked: explaining.looked, ms: Math.round(explaining.ms * 10) / 10 };
  return explaining;
}

it('claims from the index of ready rows, past 50,000 leased ones, without reading the queue', async () => {
  const { pipeline } = scene;
  const plan = await explained('claim', (sql) => claim(sql, { pipeline, worker: 'w', leaseMs: 30_000, limit: batch, mapping: 1 }));
  expect(plan.scanned).toEqual([]);
  expect(plan.indexes).toContain('queue_entry_ready');
  // The head, the batch, and the batch once more by its place on the page.
  expect(plan.looked).toBeLessThan(3 * batch);
});

it('enqueues, intends, renews and settles by key, without reading a large table through', async () => {
  const { pipeline, connection } = scene;
  const page = Array.from({ length: batch }, (_, n) => scene.change(`k${String(n * 1_500 + 1).padStart(7, '0')}`, n % 2));
  const enqueued = await explained('enqueue', (sql) =>
    enqueue(sql, { cause: 'delta', entries: page, hold: 5, pass: null, run: null, move: null }),
  );
  const { entries: claimed, readNumber } = await scene.claim(batch);
  expect(claimed).toHaveLength(batch);
  const documents = claimed.map((entry: ClaimedEntry) => scene.document(entry, readNumber, { address: `sku-${entry.key}` }));
  const intended = await explained('intend', (sql) => intend(sql, { connection, pipeline, mapping: 1, documents }));
  const renewed = await explained('renew', (sql) =>
    renew(
      sql,
      claimed.map((entry) => entry.token),
      30_000,
    ),
  );
  const rows = await scene.sql.query<{ document_key: string; send_number: number }>(
    'SELECT document_key, send_number FROM mirror_document WHERE in_doubt',
  );
  const sends = new Map(rows.map((row) => [row.document_key, row.send_number]));
  const answers = documents.map((document) =>
    scene.answer(document, sends.get(document.documentKey) ?? 0, { targetId: `id-${document.entityKey}` }),
  );
  const settled = await explained('settle', (sql) =>
    settle(sql, { connection, pipeline, mapping: 1, documents: answers, entries: claimed.map((entry) => scene.verdict(entry)) }),
  );
  for (const plan of [enqueued, intended, renewed, settled]) {
    expect(plan.scanned).toEqual([]);
    expect(plan.looked).toBeLessThan(10 * batch);
  }
  const left = await scene.sql.query<{ count: number }>('SELECT count(*) FROM mirror_document WHERE in_doubt');
  expect(left).toEqual([{ count: 0 }]);
});

it('finds due rows and the last sync time from small indexes', async () => {
  const { pipeline } = scene;
  await scene.sql.query(`INSERT INTO feed_cursor (feed, position) VALUES ('f', 9000000)`);
  for (const plan of [
    await explained('wake', (sql) => wake(sql)),
    await explained('watermark', (sql) => watermark(sql, pipeline, 'f').catch(() => undefined)),
  ]) {
    expect(plan.scanned).toEqual([]);
    expect(plan.looked).toBeLessThan(10);
  }
});

afterAll(() => {
  if (process.env.PIM2SHOP_REPORT) console.info(JSON.stringify(report));
});
