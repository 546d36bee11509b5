import { createTestDatabase, type TestDatabase } from '../../test/kit/database.js';
import { until } from '../../test/kit/until.js';
import { Misconfigured, Unauthorized, Unavailable } from '../connectors/contract/index.js';
import type { Sql } from '../database/sql.js';
import { silentLog } from '../logging/log.js';
import { ConnectionHealth } from './connection-health.js';
import { watchedConnection } from './watched-connection.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(() => test.database.query('DELETE FROM connection_state'));
afterAll(() => test.drop());

/** A shop of a class with secrets of its own, whose calls do what they are told. */
class Shop {
  readonly #name = 'shop';
  answer: () => unknown = () => [{ kind: 'written' }];
  write(_items: unknown[], _call?: { readonly signal: AbortSignal }): Promise<unknown> {
    return Promise.resolve(this.#name).then(() => this.answer());
  }
  find(): Promise<never> {
    return Promise.reject(new Misconfigured('no such filter'));
  }
}

/** As a process of its own sees the shop. */
function watched(sql: Sql = test.database): { shop: Shop; open: Shop } {
  const shop = new Shop();
  return { shop, open: watchedConnection(shop, 'shop', new ConnectionHealth(sql, silentLog)) };
}

const fail = (error: Error) => (): never => {
  throw error;
};
const trouble = async (): Promise<string | null> => {
  const [row] = await test.database.query<{ trouble: string | null }>(`SELECT trouble FROM connection_state WHERE connection = 'shop'`);
  return row?.trouble ?? null;
};

describe('a connection', () => {
  it('is in trouble once a call could not be made, for as long as none can, and whoever can ends it', async () => {
    const [one, other] = [watched(), watched()];
    one.shop.answer = fail(new Unauthorized('refused'));
    await expect(one.open.write([])).rejects.toThrow('refused');
    await until('the trouble', async () => (await trouble()) === 'unauthorized');
    await expect(other.open.write([])).resolves.toEqual([{ kind: 'written' }]);
    await until('its end', async () => (await trouble()) === null);
  });

  it('is in trouble where a shop says item by item that it is down, and not where some went', async () => {
    const { shop, open } = watched();
    const down = { kind: 'unknown', code: 'unavailable', message: 'gone' };
    shop.answer = () => [down, { kind: 'written' }];
    await open.write([]);
    shop.answer = () => [down, down];
    await open.write([]);
    await until('the trouble', async () => (await trouble()) === 'unavailable');
  });

  it('is none of it where a call was stopped, where a person asked for nonsense, or where a record is wrong', async () => {
    const { shop, open } = watched();
    shop.answer = fail(new Unavailable('stopped'));
    await expect(open.write([], { signal: AbortSignal.abort() })).rejects.toThrow('stopped');
    await expect(open.find()).rejects.toThrow('no such filter');
    shop.answer = fail(new Error('a record'));
    await expect(open.write([])).rejects.toThrow('a record');
    // Written after all of those.
    shop.answer = fail(new Unavailable('gone'));
    await expect(open.write([])).rejects.toThrow('gone');
    await until('the last one', async () => (await trouble()) !== null);
    expect(await test.database.query('SELECT trouble_message FROM connection_state')).toEqual([{ trouble_message: 'gone' }]);
  });

  it('answers its caller the same where nothing can be written down', async () => {
    const { shop, open } = watched({ query: () => Promise.reject(new Error('the database is away')) });
    await expect(open.write([])).resolves.toEqual([{ kind: 'written' }]);
    shop.answer = fail(new Unavailable('gone'));
    await expect(open.write([])).rejects.toThrow('gone');
  });
});
