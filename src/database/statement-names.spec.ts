import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { Database } from './database.js';

let db: TestDatabase;
let one: Database;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
beforeEach(async () => {
  one = await Database.open({ url: db.database.url, poolSize: 1 });
});
afterEach(() => one.close());

const long = `SELECT $1::int AS n /* ${'what the shop said of a batch '.repeat(20)} */`;
const kept = async (): Promise<string[]> =>
  (await one.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements')).map(({ statement }) => statement);

it('lets the server keep the plan of a long statement, and of no short one', async () => {
  for (const n of [1, 2]) expect(await one.query(long, [n])).toEqual([{ n }]);
  await one.query('SELECT $1::int AS n', [3]);
  expect(await kept()).toEqual([long]);
});

it('goes on without names where a pooler lost them', async () => {
  await one.query(long, [1]);
  await one.query('DEALLOCATE ALL');
  expect(await one.query(long, [2])).toEqual([{ n: 2 }]);
  expect(await one.query(long, [3])).toEqual([{ n: 3 }]);
  expect(await kept()).toEqual([]);
});

it('does not take another failure for that', async () => {
  await expect(one.query(`${long} WHERE no_such_column`, [1])).rejects.toMatchObject({ code: '42703' });
  await one.query(long, [1]);
  expect(await kept()).toContain(long);
});
