import { randomBytes } from 'node:crypto';
import { createConnection, escape, type Connection } from 'mysql2/promise';
import { Client, escapeLiteral } from 'pg';

export type Family = 'postgres' | 'mariadb';

/** A database of one's own for one test file, and somebody who may do anything in it. */
export interface Scratch {
  readonly family: Family;
  readonly name: string;
  /** As a connection of the program names it. */
  readonly url: string;
  /** Runs statements one after the other and answers the rows of the last. */
  run(...statements: string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** A text as it stands in a statement. */
  quote(text: string): string;
  /** A connection beside the first: for a transaction that stays open. */
  another(): Promise<Beside>;
  /** Ends those, with what they left open. */
  endOthers(): Promise<void>;
  drop(): Promise<void>;
}

export interface Beside {
  run(...statements: string[]): Promise<void>;
}

/** What runs where a MariaDB answers; the set-up said so in one line where none does, and failed if it was CI. */
export const onMariadb: jest.Describe = process.env.PIM2SHOP_TEST_MARIADB ? describe : describe.skip;

export function createScratch(family: Family): Promise<Scratch> {
  const name = `pim2shop_sql_${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
  return family === 'postgres' ? onPostgres(name) : onMariadbServer(name);
}

async function onPostgres(name: string): Promise<Scratch> {
  const server = new URL(process.env.PIM2SHOP_TEST_SERVER ?? '');
  const connect = async (database: string): Promise<Client> => {
    const to = new URL(server);
    to.pathname = `/${database}`;
    const client = new Client({ connectionString: to.toString() });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const root = await connect('postgres');
  await root.query(`CREATE DATABASE ${name}`);
  const client = await connect(name);
  const others: Client[] = [];
  // The built-in server listens on a socket, whose folder stands where a host would.
  const socket = server.searchParams.get('host');
  const host = socket === null ? server.host : encodeURIComponent(socket);
  const login = server.password === '' ? server.username : `${server.username}:${server.password}`;
  return {
    family: 'postgres',
    name,
    url: `postgres://${login}@${host}/${name}`,
    run: async (...statements) => {
      let rows: Readonly<Record<string, unknown>>[] = [];
      for (const statement of statements) ({ rows = [] } = await client.query<Record<string, unknown>>(statement));
      return rows;
    },
    quote: escapeLiteral,
    another: async () => {
      const beside = await connect(name);
      others.push(beside);
      return {
        run: async (...statements) => {
          for (const statement of statements) await beside.query(statement);
        },
      };
    },
    endOthers: async () => {
      for (const one of others.splice(0)) await one.end();
    },
    drop: async () => {
      await client.end();
      await root.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await root.end();
    },
  };
}

async function onMariadbServer(name: string): Promise<Scratch> {
  const server = new URL(process.env.PIM2SHOP_TEST_MARIADB ?? '');
  const { hostname: host, port, username: user, password } = server;
  const connect = (database?: string) =>
    createConnection({
      host,
      port: Number(port || 3306),
      user,
      password,
      timezone: 'Z',
      multipleStatements: true,
      ...(database ? { database } : {}),
    });
  const root = await connect();
  await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  const client = await connect(name);
  const others: Connection[] = [];
  await client.query(`SET time_zone = '+00:00'`);
  server.pathname = `/${name}`;
  return {
    family: 'mariadb',
    name,
    url: server.toString(),
    run: async (...statements) => {
      let rows: unknown = [];
      for (const statement of statements) [rows] = await client.query(statement);
      return Array.isArray(rows) ? (rows as Readonly<Record<string, unknown>>[]) : [];
    },
    quote: (text) => escape(text),
    another: async () => {
      const beside = await connect(name);
      others.push(beside);
      await beside.query(`SET time_zone = '+00:00'`);
      return {
        run: async (...statements) => {
          for (const statement of statements) await beside.query(statement);
        },
      };
    },
    endOthers: async () => {
      for (const one of others.splice(0)) await one.end();
    },
    drop: async () => {
      await client.end();
      await root.query(`DROP DATABASE ${name}`);
      await root.end();
    },
  };
}
