import type { JsonObject, JsonValue, ReadOptions } from '../../contract/index.js';
import { isKey } from './keys.js';
import { at, type Entity, type RelatedRows } from './entity.js';
import type { Row } from './record.js';
import { Values, type Session } from './server.js';

/** Adds to each record the rows of other tables that the mappings read: one statement a table, whatever the number of records. */
export async function withRelated(entity: Entity, session: Session, rows: readonly Row[], { needs }: ReadOptions): Promise<readonly Row[]> {
  let full = rows;
  for (const related of entity.related) {
    if (rows.length === 0 || !needs.fields.includes(related.field)) continue;
    const found = await readRelated(entity, session, related, rows);
    full = full.map((row) => {
      const fields = Object.fromEntries([...Object.entries(row.record.fields), [related.field, found.get(row.key) ?? []]]);
      return { ...row, record: { ...row.record, fields } };
    });
  }
  return full;
}

async function readRelated(
  { dialect }: Entity,
  session: Session,
  { from, key, columns, config }: RelatedRows,
  rows: readonly Row[],
): Promise<Map<string, JsonValue[]>> {
  const found = new Map<string, JsonValue[]>(rows.map((row) => [row.key, []]));
  const keys = [...found.keys()].filter((one) => isKey(key, one));
  if (keys.length === 0) return found;
  const values = new Values(dialect);
  const foreign = at(dialect, key);
  const list = [dialect.asText(foreign), ...columns.map((column) => at(dialect, column))].map((one, index) => `${one} AS c${index}`);
  const order = [foreign, ...(config.order ?? []).map((name) => at(dialect, { name }))];
  const statement = `SELECT ${list.join(', ')} FROM ${from} WHERE ${dialect.among(foreign, key, keys, values)} ORDER BY ${order.join(', ')}`;
  for (const [owner, ...cells] of (await session.query(statement, values.list)).rows) {
    const one: JsonObject = Object.fromEntries(columns.map(({ name }, index): [string, JsonValue] => [name, cells[index] ?? null]));
    found.get(String(owner))?.push(config.value === undefined ? one : (cells[0] ?? null));
  }
  return found;
}
