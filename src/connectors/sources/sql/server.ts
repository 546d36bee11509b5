import type { JsonValue } from '../../contract/index.js';

/** What a column holds, as far as it matters here. */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'uuid' | 'boolean' | 'instant' | 'local' | 'date' | 'other';

export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
  /** The SQL type that a text must be cast to in order to be compared with it; null: none. */
  readonly cast: string | null;
}

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** Rows that a write has changed. */
  readonly affected: number;
}

/** What travels as a parameter: a text, or for PostgreSQL a list of texts. Never a part of the statement. */
export type Parameter = string | readonly string[] | null;

/** One transaction. */
export interface Session {
  query(text: string, values?: readonly Parameter[]): Promise<Answer>;
}

/** A database under one credential. Errors are the contract's. */
export interface SqlServer {
  readonly dialect: Dialect;
  /** A transaction with one snapshot; nothing can be written in it where the server was opened to read. */
  run<Result>(signal: AbortSignal, work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Statements one by one on one connection, in a transaction where the server can do that with them. */
  apply(signal: AbortSignal, statements: readonly string[]): Promise<void>;
  /** Transactions under way that have written, or are about to write; null where the server does not tell. */
  writers(signal: AbortSignal): Promise<readonly string[] | null>;
  close(): Promise<void>;
}

/** How the two families of servers say the same. */
export interface Dialect {
  readonly product: string;
  /** The server's clock, if nobody names another. */
  readonly clock: string;
  /** A quoted identifier. */
  name(identifier: string): string;
  /** The placeholder of the n-th parameter, from 1 on. */
  placeholder(position: number): string;
  /** What a column holds, as text. */
  asText(expression: string): string;
  /** An expression of a time in epoch milliseconds. */
  asEpoch(expression: string): string;
  /** A text as a value of a column's type. */
  cast(expression: string, column: Column): string;
  /** A column is one of these. */
  among(expression: string, column: Column, keys: readonly string[], values: Values): string;
  /** What marks a changed record in a column of this kind, unless somebody says otherwise: set, cleared; null where that must be said. */
  marks(kind: ColumnKind): readonly [string, string] | null;
  /** A configured value, as the text that is compared. */
  literal(value: string | number | boolean): string;
}

/** The parameters of one statement, in the order in which they were added. */
export class Values {
  readonly list: Parameter[] = [];

  constructor(private readonly dialect: Dialect) {}

  add(value: Parameter): string {
    this.list.push(value);
    return this.dialect.placeholder(this.list.length);
  }

  /** A text as a value of this column's type. */
  cast(value: string, column: Column): string {
    return this.dialect.cast(this.add(value), column);
  }
}

/** `name` or `schema.name`. */
export function qualified(dialect: Dialect, table: string): string {
  return table
    .split('.')
    .map((part) => dialect.name(part))
    .join('.');
}
