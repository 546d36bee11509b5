import { Pool, type PoolClient } from 'pg';
import { Unavailable } from '../../../contract/index.js';
import { tlsOptions, type Address } from '../address.js';
import { asConnectorError } from '../errors.js';
import type { Answer, Parameter, Session, SqlServer } from '../server.js';
import { untilAborted } from '../until-aborted.js';
import { postgresDialect } from './postgres-dialect.js';
import { ArrayTypes, columnOf, readValue } from './postgres-values.js';

export interface ServerOptions {
  readonly connection: string;
  readonly readOnly: boolean;
  readonly timeoutMs: number;
  readonly concurrency: number;
}

/** A PostgreSQL, 14 or newer. */
export class PostgresServer implements SqlServer {
  readonly dialect = postgresDialect;
  readonly #pool: Pool;
  readonly #arrays = new ArrayTypes();

  constructor(
    { host, port, user, password, database, tls }: Address,
    private readonly options: ServerOptions,
  ) {
    const { timeoutMs, concurrency } = options;
    this.#pool = new Pool({
      ...{ host, port, user, password, database, ssl: tlsOptions(tls) ?? false, application_name: 'pim2shop' },
      ...{ max: concurrency, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000, keepAlive: true },
      // The server ends a statement first; this is for one that cannot be heard any more.
      query_timeout: timeoutMs + 5_000,
    });
    // One that dies while nobody uses it is replaced when somebody does; of one that is in use, the query tells.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  run<Result>(signal: AbortSignal, work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#lend(signal, async (client) => {
      const mode = this.options.readOnly ? 'ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'ISOLATION LEVEL READ COMMITTED READ WRITE';
      await client.query(`BEGIN ${mode}; ${this.#settings()}`);
      await this.#arrays.read(client);
      const result = await work({ query: (text, values) => this.#query(client, text, values) });
      await client.query('COMMIT');
      return result;
    });
  }

  apply(signal: AbortSignal, statements: readonly string[]): Promise<void> {
    return this.run(signal, async ({ query }) => {
      for (const statement of statements) await query(statement);
    });
  }

  async writers(signal: AbortSignal): Promise<readonly string[] | null> {
    return this.run(signal, async ({ query }) => {
      const [[replica] = []] = (await query('SELECT pg_is_in_recovery()')).rows;
      // On a replica no writer can be seen.
      return replica === false ? (await query(writers)).rows.map(([id]) => String(id)) : null;
    });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** Set in each transaction, so that it holds behind a pooler too. */
  #settings(): string {
    const { timeoutMs } = this.options;
    return (
      `SET LOCAL statement_timeout = ${timeoutMs}; SET LOCAL lock_timeout = ${timeoutMs}; ` +
      `SET LOCAL idle_in_transaction_session_timeout = ${timeoutMs + 5_000}; SET LOCAL TimeZone = 'UTC'; ` +
      `SET LOCAL DateStyle = 'ISO'; SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1`
    );
  }

  async #query(client: PoolClient, text: string, values: readonly Parameter[] = []): Promise<Answer> {
    const types = { getTypeParser: () => (value: string) => value };
    // The extended protocol takes one statement: nothing can be smuggled in behind a configured query.
    const asked = { text, values: [...values], rowMode: 'array' as const, types, queryMode: 'extended' };
    const { fields, rows, rowCount } = await client.query<(string | null)[]>(asked);
    return {
      columns: fields.map(columnOf),
      rows: rows.map((row) => row.map((value, index) => readValue(value, fields[index]?.dataTypeID ?? 0, this.#arrays))),
      affected: rowCount ?? 0,
    };
  }

  /** A connection whose transaction did not come to its end is not used again. */
  async #lend<Result>(signal: AbortSignal, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    if (signal.aborted) throw new Unavailable(`${this.options.connection}: stopped before the database was asked`);
    let whole = false;
    let stopped = false;
    const client = this.#pool.connect();
    const release = (): void =>
      void client.then(
        (one) => one.release(!whole),
        () => undefined,
      );
    try {
      const working = client.then((one) => {
        if (stopped) throw new Unavailable('stopped');
        return work(one);
      });
      const result = await untilAborted(signal, working, () => (stopped = true));
      whole = true;
      return result;
    } catch (error) {
      throw asConnectorError(this.options.connection, 'PostgreSQL', error);
    } finally {
      release();
    }
  }
}

/**
 * Whoever has written, or has drawn a number from a sequence, holds such a lock from before the first of them to the
 * end of his transaction, prepared ones included (https://www.postgresql.org/docs/current/explicit-locking.html). Those
 * who wait for theirs have drawn nothing.
 */
const writers = `
  SELECT DISTINCT l.virtualtransaction
  FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
  WHERE l.locktype = 'relation' AND l.granted AND l.pid IS DISTINCT FROM pg_backend_pid()
    AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
    AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    AND c.relkind IN ('r', 'p', 'S') AND c.relpersistence <> 't' AND c.oid >= 16384`;
