import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { createScratch, onMariadb, type Beside, type Family, type Scratch } from '../kit/sql-source/index.js';
import { startRelay, type Relay } from '../kit/relay/index.js';
import { repositoryRoot } from '../kit/stand-in/index.js';

/**
 * Every way of noticing changes, against what a database really does: edits while it is read, transactions that commit long
 * after they took their time or number, a database that goes away in the middle, and a program that is killed with -9 at any
 * moment. At the end nothing is missed.
 */
const seeds = Array.from({ length: Number(process.env.SEEDS ?? 3) }, (_, seed) => seed + 1);
/** What is particular to a server has its tests beside the connector: here the second one has fewer rounds. */
const rounds: Readonly<Record<Family, readonly number[]>> = { postgres: seeds, mariadb: seeds.slice(0, Math.ceil(seeds.length / 3)) };
const strategies = ['timestamp', 'version', 'flag', 'changes'] as const;
const rows = 120;
const kills = 4;

let test: TestDatabase;
let source: Scratch;
/** Between the program and its source. */
let relay: Relay;
let folder: string;
let lines: string;

async function setUp(family: Family): Promise<void> {
  test = await createTestDatabase();
  source = await createScratch(family);
  relay = await startRelay(serverOf(source.url));
  folder = await mkdtemp(join(tmpdir(), 'pim2shop-strategies-'));
  lines = join(folder, 'lines.jsonl');
  await source.run(...tables[family]);
}

afterEach(async () => {
  await relay.close();
  await source.endOthers();
  await source.drop();
  await test.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Where a server listens: a port, or a socket in a folder that stands where a host would. */
function serverOf(url: string): NetConnectOpts {
  const { hostname, port } = new URL(url);
  const host = decodeURIComponent(hostname);
  return host.startsWith('/')
    ? { path: join(host, '.s.PGSQL.5432') }
    : { host, port: Number(port || (url.startsWith('mysql') ? 3306 : 5432)) };
}

/** The same source, through the relay. */
function relayed(): string {
  const url = new URL(source.url);
  return url.href.replace(`@${url.host}/`, `@127.0.0.1:${relay.port}/`);
}

/** The same table on both; the time has whole seconds. */
const tables: Readonly<Record<Family, readonly string[]>> = {
  postgres: [
    'CREATE SEQUENCE edits',
    `CREATE TABLE item (
       id int PRIMARY KEY, name text NOT NULL,
       updated_at timestamptz(0) NOT NULL DEFAULT clock_timestamp(), version bigint NOT NULL DEFAULT nextval('edits'), changed boolean NOT NULL DEFAULT true)`,
    `INSERT INTO item (id, name) SELECT n, 'first ' || n FROM generate_series(1, ${rows}) AS n`,
  ],
  mariadb: [
    'CREATE SEQUENCE edits NOCACHE',
    `CREATE TABLE item (
       id int PRIMARY KEY, name varchar(100) NOT NULL,
       updated_at timestamp NOT NULL DEFAULT current_timestamp(), version bigint NOT NULL DEFAULT nextval(edits), changed boolean NOT NULL DEFAULT true)`,
    `INSERT INTO item (id, name) SELECT seq, concat('first ', seq) FROM seq_1_to_${rows}`,
  ],
};

async function describeProject(strategy: (typeof strategies)[number]): Promise<void> {
  const by = {
    timestamp: { modified: 'updated_at' },
    version: { version: 'version' },
    flag: { flag: { column: 'changed' }, version: 'version' },
    changes: { changes: { table: 'item_changes' } },
  }[strategy];
  const entities = { item: { table: 'item', key: 'id', ...by } };
  await writeFile(
    join(folder, 'connections.yaml'),
    stringify({
      connections: { shelf: { connector: 'sql', url: relayed(), pageSize: 20, entities }, out: { connector: 'file', path: lines } },
    }),
  );
  await writeFile(
    join(folder, 'items.yaml'),
    stringify({
      pipeline: 'items',
      source: { connection: 'shelf', entity: 'item' },
      target: { connection: 'out', resource: 'product' },
      scopes: [{ store: 'all' }],
      delta: { every: '1m', strategy },
      batch: { items: 10 },
      deletes: { policy: 'delete', maxPercent: 100, maxCount: 1000 },
      retry: { settleLag: '10s' },
      fields: { sku: { from: 'id' }, name: { from: 'name' } },
    }),
  );
}

/** The command line in a process of its own; killed after so long, if it has not ended by itself. */
function pim2shop(args: readonly string[], killAfterMs: number | null = null): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(repositoryRoot(), 'dist/src/cli.js'), ...args, '--mappings', folder], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: test.url, PIM2SHOP_LEASE: '2000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const timer = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      if (timer) clearTimeout(timer);
      resolve({ code, output });
    }),
  );
}

function random(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => ((state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0) >>> 0) / 2 ** 32;
}

/** Edits until it is stopped: each takes its time and number at once, and every third one is committed only much later. */
class Editors {
  private edit = 0;
  private readonly late: Promise<void>[] = [];
  private readonly idle: Beside[] = [];
  private readonly removed = new Set<number>();

  constructor(
    private readonly next: () => number,
    private readonly removes: boolean,
  ) {}

  async until(stopped: () => boolean): Promise<void> {
    while (!stopped()) {
      const id = 1 + Math.floor(this.next() * rows);
      if (this.removed.has(id)) continue;
      if (this.removes && this.next() < 0.05) {
        this.removed.add(id);
        await source.run(`DELETE FROM item WHERE id = ${id}`);
      } else if (this.next() < 0.3) this.late.push(this.editLate(id, 20 + this.next() * 1_500));
      else await source.run(this.statement(id));
      await new Promise((resolve) => setTimeout(resolve, this.next() * 30));
    }
    await Promise.all(this.late);
  }

  private statement(id: number): string {
    this.edit += 1;
    const [now, number] = source.family === 'postgres' ? ['clock_timestamp()', `nextval('edits')`] : ['sysdate()', 'nextval(edits)'];
    return `UPDATE item SET name = 'edit ${this.edit}', updated_at = ${now}, version = ${number}, changed = true WHERE id = ${id}`;
  }

  private async editLate(id: number, ms: number): Promise<void> {
    const beside = this.idle.pop() ?? (await source.another());
    await beside.run('BEGIN', this.statement(id));
    await new Promise((resolve) => setTimeout(resolve, ms));
    await beside.run('COMMIT');
    this.idle.push(beside);
  }
}

async function wanted(): Promise<Record<string, string>> {
  const found = await source.run('SELECT id, name FROM item ORDER BY id');
  return Object.fromEntries(found.map(({ id, name }) => [String(id), String(name)]));
}

async function delivered(): Promise<Record<string, string>> {
  const last = new Map<string, string>();
  for (const line of (await readFile(lines, 'utf8')).split('\n').filter((one) => one !== '')) {
    const { key, document } = JSON.parse(line) as { readonly key: string; readonly document: { readonly name: string } | null };
    const id = key.split(':').at(-1) ?? '';
    if (document === null) last.delete(id);
    else last.set(id, document.name);
  }
  return Object.fromEntries([...last].sort(([a], [b]) => Number(a) - Number(b)));
}

/** What a strategy has to stand, on a server of this family. */
function describeStrategies(family: Family): void {
  describe.each(strategies)('changes noticed by %s', (strategy) => {
    it.each(rounds[family])(
      'miss nothing of what is edited meanwhile, committed late, or under way when the program is killed or the source is away (round %i)',
      async (seed) => {
        await setUp(family);
        const next = random(seed * 17 + strategies.indexOf(strategy));
        await describeProject(strategy);
        if (strategy === 'changes') expect(await pim2shop(['source', 'install-triggers', 'shelf', '--apply'])).toMatchObject({ code: 0 });
        await expectAllDelivered(await pim2shop(['sync', 'items', '--full', '--json']));

        let stopped = false;
        const editing = new Editors(next, strategy === 'changes').until(() => stopped);
        for (let kill = 0; kill < kills; kill += 1) await pim2shop(['sync', 'items', '--json'], 400 + next() * 1_200);
        await whileTheSourceIsAway(() => pim2shop(['sync', 'items', '--json']), 400 + next() * 600);
        stopped = true;
        await editing;

        await expectAllDelivered(await pim2shop(['sync', 'items', '--json']));
        if (strategy === 'flag') expect(await source.run('SELECT id FROM item WHERE changed')).toEqual([]);
      },
      120_000,
    );
  });
}

describe('on PostgreSQL', () => describeStrategies('postgres'));
onMariadb('on MariaDB', () => describeStrategies('mariadb'));

/** The source goes away so long after the work began, and is back a moment later. What became of that work is not asked. */
async function whileTheSourceIsAway(work: () => Promise<unknown>, afterMs: number): Promise<void> {
  const going = setTimeout(() => relay.down(), afterMs);
  const back = setTimeout(() => relay.up(), afterMs + 1_000);
  await work();
  clearTimeout(going);
  clearTimeout(back);
  relay.up();
}

/** By this run and those before it; where not, what it said is shown. */
async function expectAllDelivered({ code, output }: { readonly code: number | null; readonly output: string }): Promise<void> {
  const missed = missing(await wanted(), await delivered());
  if (code !== 0 || missed.length > 0) throw new Error([`the last sync ended with ${code}`, ...missed, output].join('\n'));
}

function missing(want: Readonly<Record<string, string>>, have: Readonly<Record<string, string>>): string[] {
  const keys = [...new Set([...Object.keys(want), ...Object.keys(have)])];
  return keys
    .filter((key) => want[key] !== have[key])
    .map((key) => `${key}: ${want[key] ?? 'deleted'} is wanted, ${have[key] ?? 'nothing'} stands`);
}
