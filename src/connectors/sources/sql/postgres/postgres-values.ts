import type { FieldDef, PoolClient } from 'pg';
import { parse } from 'postgres-array';
import type { JsonValue } from '../../../contract/index.js';
import { isoTime, readJson, readWhole } from '../read-value.js';
import type { Column, ColumnKind } from '../server.js';

/** Type numbers of PostgreSQL's own types: https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_type.dat */
const kinds: Readonly<Record<number, readonly [ColumnKind, string]>> = {
  16: ['boolean', 'boolean'],
  20: ['integer', 'bigint'],
  21: ['integer', 'bigint'],
  23: ['integer', 'bigint'],
  25: ['text', 'text'],
  1042: ['text', 'bpchar'],
  1043: ['text', 'text'],
  1082: ['date', 'date'],
  1114: ['local', 'timestamp'],
  1184: ['instant', 'timestamptz'],
  1700: ['decimal', 'numeric'],
  2950: ['uuid', 'uuid'],
};

export function columnOf({ name, dataTypeID }: FieldDef): Column {
  const [kind, cast] = kinds[dataTypeID] ?? ['other' as const, null];
  return { name, kind, cast };
}

/** Which type numbers are lists of which: extensions and enumerations have numbers of their own in every database. */
export class ArrayTypes {
  #elements: ReadonlyMap<number, number> | null = null;

  /** Once, and again when a number turns up that is neither. */
  async read(client: PoolClient): Promise<void> {
    if (this.#elements !== null) return;
    const { rows } = await client.query<{ list: number; element: number }>(
      `SELECT oid::int8::float8 AS list, typelem::int8::float8 AS element FROM pg_catalog.pg_type WHERE typcategory = 'A' AND typelem <> 0 AND typdelim = ','`,
    );
    this.#elements = new Map(rows.map(({ list, element }) => [Number(list), Number(element)]));
  }

  elementOf(type: number): number | null {
    return this.#elements?.get(type) ?? null;
  }
}

/**
 * What PostgreSQL prints of a value, as JSON. Exact numbers, and those that are none (NaN, Infinity), stay texts: a
 * mapping that asks for a number then says what is wrong with that record.
 */
export function readValue(value: string | null, type: number, arrays: ArrayTypes): JsonValue {
  if (value === null) return null;
  switch (type) {
    case 16:
      return value === 't';
    case 20:
    case 21:
    case 23:
    case 26:
      return readWhole(value);
    case 700:
    case 701:
      return Number.isFinite(Number(value)) ? Number(value) : value;
    case 17:
      return Buffer.from(value.slice(2), 'hex').toString('base64');
    case 114:
    case 3802:
      return readJson(value);
    case 1114:
    case 1184:
      return isoTime(value);
  }
  const element = arrays.elementOf(type);
  if (element === null) return value;
  return parse(value, (entry: string | null) => readValue(entry, element, arrays));
}
