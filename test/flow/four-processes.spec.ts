import type { TargetItem } from '../../src/connectors/contract/index.js';
import { createTestDatabase, type TestDatabase } from '../kit/database.js';
import type { Service } from '../kit/service/index.js';
import { plainFile, plainStage, type PlainStage } from '../kit/service/plain-service.js';
import { until } from '../kit/until.js';

const seeds = Array.from({ length: Number(process.env.SEEDS ?? 3) }, (_, seed) => seed + 1);
const records = 240;

let test: TestDatabase;
let stage: PlainStage;
let services: Service[];

beforeEach(async () => {
  test = await createTestDatabase();
  stage = await plainStage({
    pipelines: [plainFile('products', { events: false, delta: { every: '1s' }, full: { every: '1h' }, batch: { items: 8 } })],
  });
  stage.pim.pageSize = 20;
  services = [];
});

afterEach(async () => {
  for (const service of services) service.kill('SIGKILL');
  await Promise.all(services.map(({ ended }) => ended));
  await stage.close();
  await test.drop();
});

const rows = <Row extends object>(statement: string) => test.database.query<Row>(statement);
const key = (number: number): string => `id-${number}`;

/** Lets the shop take its time, and writes down which record two requests had in hand at once. */
function watchTheShop(): { readonly twiceAtOnce: string[]; readonly writers: () => Promise<number> } {
  const inHand = new Set<string>();
  const twiceAtOnce: string[] = [];
  stage.shop.onWrite = async (items: readonly TargetItem[]) => {
    const keys = items.map((item) => item.key);
    twiceAtOnce.push(...keys.filter((one) => inHand.has(one)));
    keys.forEach((one) => inHand.add(one));
    await new Promise((resolve) => setTimeout(resolve, 40));
    keys.forEach((one) => inHand.delete(one));
  };
  const writers = async (): Promise<number> =>
    (await rows<{ leased_by: string }>(`SELECT DISTINCT leased_by FROM queue_entry WHERE state = 'leased'`)).length;
  return { twiceAtOnce, writers };
}

describe('four processes on one queue, one of them killed in the middle', () => {
  it.each(seeds)(
    'lose nothing, leave nothing stale, and bring nothing there twice (round %i)',
    async (seed) => {
      const { pim, shop } = stage;
      for (let number = 1; number <= records; number += 1) pim.put(key(number), { sku: `SKU-${number}`, name: `Name ${number}` });
      pim.clock += 600_000;
      const shopWatch = watchTheShop();
      services = await Promise.all(Array.from({ length: 4 }, () => stage.start(test.url)));
      await until('the work is shared', async () => shop.products.size > 20 + (seed % 12) * 10 && (await shopWatch.writers()) > 1);

      const killed = services.splice(seed % 4, 1);
      for (const service of killed) service.kill('SIGKILL');
      await Promise.all(killed.map(({ ended }) => ended));
      // What changes meanwhile, in the part that was delivered and in the part that was not.
      pim.clock += 60_000;
      for (let number = seed; number <= records; number += 7) pim.edit(key(number), { name: `edited in round ${seed}` });
      pim.edit(key(1), { sku: 'SKU-1-renamed' });
      pim.clock += 60_000;

      await until('all of it is delivered', async () => (await rows('SELECT 1 FROM queue_entry')).length === 0 && agrees(), 60_000);
      expect(shopWatch.twiceAtOnce).toEqual([]);
      expect(await rows('SELECT 1 FROM mirror_document WHERE in_doubt')).toEqual([]);
      expect(await rows('SELECT 1 FROM address GROUP BY connection, resource, address HAVING count(*) > 1')).toEqual([]);
      const [left] = await rows<object>(
        `SELECT (SELECT count(*) FROM mirror_document WHERE state = 'live') AS documents, (SELECT count(*) FROM identity) AS named,
                (SELECT count(*) FROM address) AS addresses, (SELECT count(*) FROM sync_error) AS errors`,
      );
      expect(left).toEqual({ documents: records, named: records, addresses: records, errors: 0 });
      // Every pass was one process's at a time; the killed one's, if it had one, was taken over.
      expect(
        await rows(`SELECT a.id, b.id FROM sync_run a JOIN sync_run b ON a.pipeline = b.pipeline AND a.kind = b.kind AND a.id < b.id
                    WHERE b.started_at < a.finished_at AND a.state = 'completed' AND b.state = 'completed'`),
      ).toEqual([]);
      // An answer that was lost with the process is looked up or sent once more; nothing else is sent again without news.
      const sent = shop.writes.length;
      expect(sent).toBeGreaterThanOrEqual(records);
      expect(sent).toBeLessThanOrEqual(records + Math.ceil(records / 7) + 1 + 4 * 8);
    },
    90_000,
  );
});

function agrees(): boolean {
  const wanted = [...stage.pim.rows.values()].map(({ fields }) => JSON.stringify(fields)).sort();
  const found = [...stage.shop.products.values()].map(({ fields }) => JSON.stringify(fields)).sort();
  return wanted.length === found.length && wanted.every((one, index) => one === found[index]);
}
