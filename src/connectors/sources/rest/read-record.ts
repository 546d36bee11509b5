import type { JsonObject, JsonValue, SourceRecord, SourceVersion } from '../../contract/index.js';
import type { Entity } from './config.js';
import { at, isObject, isWhole } from './json.js';
import { readIso } from './times.js';

/** The key of a row; null where it has none. A number is a key only where numbers are. */
export function keyOf({ key, keyAs }: Pick<Entity, 'key' | 'keyAs'>, row: JsonValue): string | null {
  const value = isObject(row) ? at(row, key) : undefined;
  if (keyAs === 'number') return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' && isWhole(value) ? value : null;
}

/** A row as a record; null where it has no key. `readFrom`: a time on the API's clock before it was read. */
export function readRecord(entity: Entity, row: JsonValue, readFrom: number): SourceRecord | null {
  const key = keyOf(entity, row);
  if (key === null || !isObject(row)) return null;
  return { key, version: versionOf(entity, row, readFrom), ...stateOf(entity, row), fields: row, values: {} };
}

/** A field that the answer lacks says nothing: a user who may not read it must neither show drafts nor take anything down. */
function stateOf({ state }: Entity, row: JsonObject): Pick<SourceRecord, 'state' | 'unreadable'> {
  if (state === undefined) return {};
  const value = at(row, state.field);
  if (value === null) return { state: state.empty ?? state.otherwise };
  if (typeof value === 'object' || value === undefined) {
    const problem = value === undefined ? 'is not in the answer' : 'is neither a text nor a number nor a boolean';
    return { unreadable: { state: `cannot be told: ${state.field} ${problem}` } };
  }
  const text = String(value);
  return { state: Object.hasOwn(state.values, text) ? (state.values[text] ?? state.otherwise) : state.otherwise };
}

/** A time stays open until it is older than it is fine, because a second edit may get the same one; the Date header has whole seconds. */
function versionOf({ version }: Entity, row: JsonValue, readFrom: number): SourceVersion | null {
  const value = [version.field]
    .flat()
    .map((path) => at(row, path))
    .find((one) => one !== undefined && one !== null);
  if ((typeof value !== 'string' || value === '') && typeof value !== 'number') return null;
  const id = String(value);
  if (version.as === 'hash') return { id, order: null, closed: true };
  const order = orderOf(version.as, value);
  if (!Number.isFinite(order)) return null;
  return { id, order, closed: version.as === 'counter' || readFrom - order >= version.resolutionMs + 1000 };
}

function orderOf(as: 'iso' | 'seconds' | 'milliseconds' | 'counter', value: string | number): number {
  if (as === 'iso') return typeof value === 'string' ? readIso(value) : NaN;
  const number = typeof value === 'number' ? value : Number(value);
  return as === 'seconds' ? Math.round(number * 1000) : number;
}
