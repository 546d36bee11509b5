import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, types as pgTypes, type PoolClient } from 'pg';
import pRetry, { AbortError } from 'p-retry';
import { PrismaClient } from './generated/client.js';
import type { Sql } from './sql.js';
import { StatementNames } from './statement-names.js';

export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName?: string;
  /** Connections this process may hold. */
  readonly poolSize?: number;
}

const int8 = 20;

/** int8 as number: every counter of ours stays far below 2^53. Everything else as `pg` does it. */
const types = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary' ? Number : pgTypes.getTypeParser(oid, format as 'text')) as typeof pgTypes.getTypeParser,
};

/** Serialization failure and deadlock: the statement did nothing and may simply be run again (rule 24). */
const retriable = new Set(['40001', '40P01']);

/**
 * The connection to PostgreSQL: hot statements go through `query` on a pool of `pg`, everything else
 * through Prisma's client. Every connection sets statement, lock and idle-in-transaction timeouts.
 */
export class Database implements Sql {
  private readonly names = new StatementNames();

  private constructor(
    private readonly pool: Pool,
    readonly prisma: PrismaClient,
    readonly url: string,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    const settings = {
      connectionString: options.url,
      application_name: options.applicationName ?? 'pim2shop',
      statement_timeout: 60_000,
      lock_timeout: 30_000,
      idle_in_transaction_session_timeout: 60_000,
      connectionTimeoutMillis: 15_000,
    };
    const pool = new Pool({ ...settings, max: options.poolSize ?? 10, types });
    // Without these a backend that dies while nobody waits for it would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client: PoolClient) => client.on('error', () => undefined));
    const database = new Database(pool, new PrismaClient({ adapter: new PrismaPg({ ...settings, max: 3 }) }), options.url);
    try {
      await database.query('SELECT 1 AS one');
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const run = async (): Promise<Row[]> => {
      try {
        return (await this.pool.query<Row>({ name: this.names.of(text), text, values: [...values] })).rows;
      } catch (error) {
        throw isRetriable(error) || this.names.isStranger(error) ? error : new AbortError(error instanceof Error ? error : String(error));
      }
    };
    return pRetry(run, { retries: 8, minTimeout: 5, maxTimeout: 200, randomize: true });
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await this.pool.end();
  }
}

function isRetriable(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && retriable.has(error.code);
}
