import { createPool, type FieldPacket, type Pool, type PoolConnection } from 'mysql2/promise';
import { Unavailable } from '../../../contract/index.js';
import { tlsOptions, type Address } from '../address.js';
import { asConnectorError } from '../errors.js';
import type { ServerOptions } from '../postgres/postgres-server.js';
import type { Answer, Parameter, Session, SqlServer } from '../server.js';
import { untilAborted } from '../until-aborted.js';
import { mariadbDialect } from './mariadb-dialect.js';
import { columnOf, readValue } from './mariadb-values.js';

/** A MariaDB, 10.4 or newer, or a MySQL, 8 or newer. */
export class MariadbServer implements SqlServer {
  readonly dialect = mariadbDialect;
  readonly #pool: Pool;
  readonly #ready = new WeakSet<object>();

  constructor(
    { host, port, user, password, database, tls }: Address,
    private readonly options: ServerOptions,
  ) {
    const ssl = tlsOptions(tls);
    this.#pool = createPool({
      ...{ host, port, user, password, database, ...(ssl === undefined ? {} : { ssl }) },
      ...{ connectionLimit: options.concurrency, maxIdle: options.concurrency, idleTimeout: 30_000, connectTimeout: 10_000 },
      ...{ charset: 'utf8mb4', timezone: 'Z', enableKeepAlive: true, maxPreparedStatements: 100 },
      ...{ dateStrings: true, supportBigNumbers: true, bigNumberStrings: true, jsonStrings: true },
    });
  }

  run<Result>(signal: AbortSignal, work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#lend(signal, async (client) => {
      await client.query(`START TRANSACTION ${this.options.readOnly ? 'WITH CONSISTENT SNAPSHOT, READ ONLY' : 'READ WRITE'}`);
      const result = await work({ query: (text, values) => this.#execute(client, text, values) });
      await client.query('COMMIT');
      return result;
    });
  }

  /** Each for itself: here a statement that creates something ends the transaction it stands in. */
  apply(signal: AbortSignal, statements: readonly string[]): Promise<void> {
    return this.#lend(signal, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  }

  /** There is nothing an ordinary user could ask: whoever reads numbers here reads the latest of them again. */
  writers(): Promise<null> {
    return Promise.resolve(null);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #execute(client: PoolConnection, sql: string, values: readonly Parameter[] = []): Promise<Answer> {
    // Prepared by the server: a value is never a part of the statement, whatever sql_mode says of backslashes.
    const asked = { sql, values: [...values], rowsAsArray: true, timeout: this.options.timeoutMs + 5_000 };
    const [result, fields] = (await client.execute(asked)) as unknown as [
      unknown[][] | { affectedRows: number },
      FieldPacket[] | undefined,
    ];
    if (!Array.isArray(result)) return { columns: [], rows: [], affected: result.affectedRows };
    const columns = fields ?? [];
    return {
      columns: columns.map(columnOf),
      rows: result.map((row) => row.map((value, index) => readValue(value, columns[index]))),
      affected: 0,
    };
  }

  async #prepare(client: PoolConnection): Promise<void> {
    // The one beneath: a pool wraps it anew each time it lends it.
    const { connection } = client as unknown as { readonly connection: object };
    if (this.#ready.has(connection)) return;
    const [[row]] = (await client.query('SELECT @@version AS version')) as unknown as [[{ readonly version: string } | undefined]];
    const seconds = this.options.timeoutMs / 1_000;
    const limit = row?.version.includes('MariaDB') ? `max_statement_time = ${seconds}` : `max_execution_time = ${this.options.timeoutMs}`;
    await client.query(`SET SESSION time_zone = '+00:00', ${limit}, innodb_lock_wait_timeout = ${Math.max(1, Math.floor(seconds))}`);
    await client.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await client.query(`SET SESSION TRANSACTION READ ${this.options.readOnly ? 'ONLY' : 'WRITE'}`);
    this.#ready.add(connection);
  }

  /** A connection whose work did not come to its end is not used again. */
  async #lend<Result>(signal: AbortSignal, work: (client: PoolConnection) => Promise<Result>): Promise<Result> {
    if (signal.aborted) throw new Unavailable(`${this.options.connection}: stopped before the database was asked`);
    let whole = false;
    let stopped = false;
    const client = this.#pool.getConnection();
    const release = (): void =>
      void client.then(
        (one) => (whole ? one.release() : one.destroy()),
        () => undefined,
      );
    try {
      const working = client.then(async (one) => {
        if (stopped) throw new Unavailable('stopped');
        await this.#prepare(one);
        return work(one);
      });
      const result = await untilAborted(signal, working, () => (stopped = true));
      whole = true;
      return result;
    } catch (error) {
      throw asConnectorError(this.options.connection, 'the database', error);
    } finally {
      release();
    }
  }
}
