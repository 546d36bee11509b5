import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Outcome } from '../../src/model/outcome.js';
import { secretForms } from '../../src/logging/secret-forms.js';
import { StandardError } from '../../src/logging/standard-error.js';
import type { Outlet } from '../../src/logging/sink.js';
import { secrets } from '../../src/logging/secrets.js';
import { winstonLog } from '../../src/logging/winston-log.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import { ecsMistakes } from '../kit/ecs/index.js';
import { plainJourney } from '../kit/plain/plain-journey.js';
import { PlainShop } from '../kit/plain/plain-shop.js';

jest.setTimeout(120_000);

const records = 10_000;
const maxBytes = 4_000_000;
const secret = 'c4nary/of+the&storm';

let test: TestDatabase;
let folder: string;

beforeAll(async () => {
  test = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'pim2shop-log-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await test.drop();
});

/** It quotes what it should not when it refuses something. */
class TalkativeShop extends PlainShop {
  override async write(...call: Parameters<PlainShop['write']>): Promise<Outcome[]> {
    const outcomes = await super.write(...call);
    return outcomes.map((one) => (one.kind === 'rejected' ? { ...one, message: `${one.message}: ${secret}` } : one));
  }
}

const files = (): string[] => readdirSync(folder).filter((name) => name.startsWith('pim2shop-'));
const total = (): number => files().reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
const textOf = (name: string): string => {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
};

describe('the log of a run of 10,000 records, half of them refused by the shop, every detail asked for', () => {
  it('is JSON by the schema, stays below its ceiling, loses no line but old ones, and has no secret', async () => {
    secrets.add(secret);
    let shown = 0;
    const screen: Outlet = {
      write: (bytes) => {
        shown += bytes.length;
        return Promise.resolve(bytes.length);
      },
      close: () => Promise.resolve(),
    };
    const log = winstonLog({
      level: 'debug',
      role: 'worker',
      folder: { path: folder, keepDays: 7, maxBytes },
      readers: { outlet: screen, isTerminal: false },
    });
    const on = await plainJourney(test.database, {
      log,
      shop: new TalkativeShop(),
      pipeline: { batch: { items: 500, bytes: 1_000_000, concurrency: 1 } },
    });
    on.pim.pageSize = 500;
    for (let at = 0; at < records; at += 1)
      on.pim.put(`id-${at}`, {
        sku: `SKU-${at}`,
        name: `it says ${Buffer.from(`a:${secret}`).toString('base64')} and ${secret}`,
        price: at % 2 ? 'wrong' : '1',
      });
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, total())), 20);
    const { counts } = await on.full();
    await log.close();
    clearInterval(watching);
    await on.project.close();

    expect(counts).toMatchObject({ seen: records, settled: records / 2, dead: records / 2 });
    expect(Math.max(most, total())).toBeLessThanOrEqual(maxBytes);
    expect(shown).toBeGreaterThan(maxBytes);
    expect(files().filter((name) => name.endsWith('.gz')).length).toBeGreaterThan(1);
    const lines = files().flatMap((name) => textOf(name).split('\n').slice(0, -1));
    expect(lines.length).toBeGreaterThan(records / 2);
    expect(lines.flatMap(ecsMistakes).slice(0, 5)).toEqual([]);
    expect(lines.filter((line) => line.includes('a record could not be delivered')).length).toBeGreaterThan(100);
    expect(lines.filter((line) => line.includes('were dropped'))).toEqual([]);
    const [kept] = await test.database.query<{ errors: number; entries: number }>(
      `SELECT (SELECT count(*)::int FROM sync_error WHERE message = 'the price is no number: ***') AS errors,
              (SELECT count(*)::int FROM queue_entry WHERE error_message = 'the price is no number: ***') AS entries`,
    );
    expect(kept).toEqual({ errors: records / 2, entries: records / 2 });
    for (const form of secretForms(secret)) expect(lines.filter((line) => line.includes(form)).slice(0, 1)).toEqual([]);
  });
});

describe('a disk that is full, and a standard error that takes nothing', () => {
  it('cost lines, and nothing of the sync', async () => {
    const full = openSync('/dev/full', 'w');
    const log = winstonLog({
      level: 'debug',
      role: 'worker',
      folder: { path: '/dev/full/logs', keepDays: 7, maxBytes },
      readers: { outlet: new StandardError(full), isTerminal: false },
    });
    const on = await plainJourney(test.database, {
      log,
      pipeline: { name: 'others', dependsOn: [], target: { connection: 'other', resource: 'product' } },
    });
    on.pim.put('id-1', { sku: 'SKU-1' });
    on.pim.put('id-2', { sku: 'SKU-2', price: 'wrong' });
    expect(await on.full()).toMatchObject({ state: 'completed', counts: { settled: 1, dead: 1 } });
    await log.close();
    await on.project.close();
    closeSync(full);
  });
});
