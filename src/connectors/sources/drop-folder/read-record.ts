import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import type { EntityConfig } from './config.js';
import type { RawRecord } from './formats/index.js';

/** A record of a file, as it rests in its reading copy: one line of JSON. */
export interface DropRecord {
  readonly key: string;
  readonly version: string;
  /** Where the files carry versions with an order. */
  readonly order: number | null;
  readonly deleted: boolean;
  /** Line of the file it was dropped with. */
  readonly line: number;
  readonly fields: JsonObject;
}

/** A record nobody can name: passed over, and told. */
export interface BadRecord {
  readonly line: number;
  readonly reason: string;
}

/** Beyond this a key does not fit into an index of the database. */
const longestKey = 500;

/** What a record says of itself. The version ends with a hash of all that stands in it: two states under one number are two versions. */
export function readRecord({ line, value }: RawRecord, entity: EntityConfig): DropRecord | BadRecord {
  if (!isObject(value)) return { line, reason: 'this is no record' };
  const key = asText(at(value, entity.key));
  if (key === null || key === '') return { line, reason: `it has no ${entity.key}` };
  if (Buffer.byteLength(key) > longestKey) return { line, reason: `its ${entity.key} is longer than ${longestKey} bytes` };
  // A NUL cannot be stored, and half a character is written as another one.
  if (/[\u0000\ud800-\udfff]/u.test(key)) return { line, reason: `its ${entity.key} is no text` };
  const stated = entity.version === undefined ? null : asText(at(value, entity.version));
  const hash = createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);
  return {
    key,
    version: stated === null ? hash : `${stated.slice(0, 100)} ${hash}`,
    order: stated === null ? null : orderOf(stated),
    deleted: isDeleted(value, entity),
    line,
    fields: value,
  };
}

function isDeleted(record: JsonObject, { deletedWhen }: EntityConfig): boolean {
  if (deletedWhen === undefined) return false;
  const stands = asText(at(record, deletedWhen.field));
  return stands !== null && [deletedWhen.is].flat().includes(stands);
}

/** A number, or a time as epoch milliseconds; whole, because it is stored so. */
function orderOf(text: string): number | null {
  const order = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Date.parse(text);
  return Number.isNaN(order) ? null : order;
}

function at(record: JsonObject, path: string): JsonValue | undefined {
  // A column may well have a dot in its name.
  if (Object.hasOwn(record, path)) return record[path];
  let value: JsonValue | undefined = record;
  for (const name of path.split('.')) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function asText(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
