import { createTestDatabase, type TestDatabase } from '../../../../test/kit/database.js';
import { balanceSlots } from './balance-slots.js';

let db: TestDatabase;
let connection = 'shop-0';

beforeAll(async () => (db = await createTestDatabase()));
afterAll(() => db.drop());
beforeEach(() => void (connection = `shop-${Number(connection.slice(5)) + 1}`));

/** A process that does as it is told, once a round. */
class Holder {
  slots = 0;
  target = 0;
  hasHad = false;

  constructor(
    readonly name: string,
    readonly wanted: number,
    readonly limit: number,
    readonly leaseMs = 30_000,
  ) {}

  async round(keeps = Math.min(this.slots, this.target), wanted = this.wanted): Promise<void> {
    const { name: holder, limit, leaseMs } = this;
    Object.assign(this, await balanceSlots(db.database, connection, { holder, keeps, wanted, limit, leaseMs }));
    this.hasHad ||= this.slots > 0;
  }
}

const holders = (limit: number, ...wanted: number[]): Holder[] => wanted.map((one, index) => new Holder(`h${index}`, one, limit));
const stored = async (): Promise<Record<string, { slots: number }>> => {
  const [row] = await db.database.query<{ holders: Record<string, { slots: number }> }>(
    'SELECT holders FROM connection_slots WHERE connection = $1',
    [connection],
  );
  return row?.holders ?? {};
};
const together = async (): Promise<number> => Object.values(await stored()).reduce((sum, { slots }) => sum + slots, 0);

it('grants twelve at once no more than the limit together, and each of them in its turn', async () => {
  const all = holders(4, ...Array<number>(12).fill(3));
  for (let round = 0; round < 40 && all.some(({ hasHad }) => !hasHad); round += 1) {
    const before = all.reduce((sum, { slots }) => sum + slots, 0);
    await Promise.all(all.map((one) => one.round()));
    expect(before).toBeLessThanOrEqual(4);
    expect(await together()).toBeLessThanOrEqual(4);
  }
  expect(all.filter(({ hasHad }) => !hasHad)).toEqual([]);
});

it('never lets processes that ask whenever they like believe to have more than the limit together', async () => {
  const all = holders(3, ...Array<number>(6).fill(2));
  let most = 0;
  const asking = all.map(async (one) => {
    for (let round = 0; round < 60; round += 1) {
      one.slots = Math.min(one.slots, one.target);
      await one.round(one.slots, 1 + (round % 3));
      most = Math.max(
        most,
        all.reduce((sum, { slots }) => sum + slots, 0),
      );
    }
  });
  await Promise.all(asking);
  expect(most).toBe(3);
});

it.each([
  { limit: 8, wanted: [9, 9, 9], shares: [2, 3, 3] },
  { limit: 8, wanted: [1, 9, 9], shares: [1, 3, 4] },
  { limit: 4, wanted: [9, 9, 9], shares: [1, 1, 2] },
  { limit: 8, wanted: [2, 2, 2], shares: [2, 2, 2] },
  { limit: 8, wanted: [9], shares: [8] },
])('of $limit gives those who want $wanted their share: $shares', async ({ limit, wanted, shares }) => {
  const all = holders(limit, ...wanted);
  // The first has all before there are others.
  for (let round = 0; round < 3; round += 1) for (const one of all) await one.round();
  expect(all.map(({ slots }) => slots).sort()).toEqual(shares);
  const before = all.map(({ slots }) => slots);
  for (const one of all) await one.round();
  expect(all.map(({ slots }) => slots)).toEqual(before);
});

it('gives nobody what another one keeps, until it is given up', async () => {
  const [one, other] = holders(4, 4, 4) as [Holder, Holder];
  await one.round();
  await other.round();
  expect([one.slots, other.slots]).toEqual([4, 0]);
  await one.round(3);
  expect(one).toMatchObject({ slots: 3, target: 2 });
  await other.round();
  expect(other).toMatchObject({ slots: 1, target: 2 });
});

it('gives what a holder had that died to others once its lease is over, and not before', async () => {
  const dead = new Holder('dead', 4, 4, 700);
  const [other] = holders(4, 4) as [Holder];
  await dead.round();
  const asked = performance.now();
  for (await other.round(); other.slots === 0; await other.round()) expect(performance.now() - asked).toBeLessThan(5_000);
  expect(performance.now() - asked).toBeGreaterThan(600);
  expect(other.slots).toBe(4);
  // It was frozen only: what it believes to have is no longer its own.
  await dead.round(4);
  expect(dead).toMatchObject({ slots: 0, target: 2 });
});

it('keeps no place for one that waited and died', async () => {
  const [one, waits] = holders(1, 1, 1) as [Holder, Holder];
  await one.round();
  await waits.round();
  await db.database.query(
    `UPDATE connection_slots SET holders = jsonb_set(holders, '{h1,until}', to_jsonb((holders->'h1'->>'until')::float8 - 3000)) WHERE connection = $1`,
    [connection],
  );
  await one.round();
  expect(one).toMatchObject({ slots: 1, target: 1 });
});

it('forgets a holder that has no more use for any', async () => {
  const [one] = holders(4, 2) as [Holder];
  await one.round();
  await one.round(0, 0);
  expect(await stored()).toEqual({});
});
