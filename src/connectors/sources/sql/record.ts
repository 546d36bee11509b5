import type { JsonValue, ReadOptions, SourceRecord } from '../../contract/index.js';
import { at, type Entity } from './entity.js';
import { readJson } from './read-value.js';
import type { Column, Session, Values } from './server.js';
import { versionOf } from './version-of.js';

/** What a page or a fetch selects of an entity. */
export interface Selection {
  /** What stands behind SELECT. */
  readonly list: string;
  readonly fields: readonly Column[];
}

/** A row of an entity, before what hangs on it. */
export interface Row {
  readonly key: string;
  readonly record: SourceRecord;
  /** As the database prints them: where a page ends. */
  readonly modified: string | null;
  readonly version: string | null;
  readonly deleted: boolean;
}

/** Only what the mappings read crosses the line; `clock` tells when. */
export function selectionOf(entity: Entity, clock: string, needs: ReadOptions['needs'] | null): Selection {
  const { dialect } = entity;
  const fields = needs === null ? [] : entity.fields.filter(({ name }) => needs.fields.includes(name));
  const text = (column: Column | null): string => (column === null ? 'NULL' : dialect.asText(at(dialect, column)));
  const own = [
    dialect.asEpoch(clock),
    text(entity.key),
    text(entity.modified),
    text(entity.version),
    text(entity.deleted),
    text(entity.state),
  ];
  return { list: [...own, ...fields.map((field) => at(dialect, field))].map((one, index) => `${one} AS c${index}`).join(', '), fields };
}

/** Rows of a statement that selects this; those without a key are no records. */
export async function readRows(
  entity: Entity,
  session: Session,
  selection: Selection,
  text: string,
  values: Values,
): Promise<readonly Row[]> {
  const { rows } = await session.query(text, values.list);
  return rows.flatMap((row) => readRow(entity, selection, row) ?? []);
}

function readRow(
  entity: Entity,
  { fields }: Selection,
  [clock, key, modified, version, deleted, state, ...cells]: readonly JsonValue[],
): Row | null {
  if (typeof key !== 'string') return null;
  const text = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);
  const json = new Set(entity.config.json);
  const entries = fields.map(({ name }, index): [string, JsonValue] => {
    const value = cells[index] ?? null;
    return [name, json.has(name) && typeof value === 'string' ? readJson(value) : value];
  });
  const gone = isDeleted(entity, text(deleted));
  const shown = stateOf(entity, text(state), gone);
  const record: SourceRecord = {
    key,
    version: versionOf(entity, text(modified), text(version), Number(clock)),
    ...(shown === null ? {} : { state: shown }),
    fields: Object.fromEntries(entries),
    values: {},
  };
  return { key, record, modified: text(modified), version: text(version), deleted: gone && entity.config.deleted?.means !== 'recycled' };
}

/** A mark that says true, a number other than 0, or any time but MySQL's zero date. */
function isDeleted({ deleted }: Entity, mark: string | null): boolean {
  if (deleted === null || mark === null) return false;
  if (deleted.kind === 'boolean') return mark === 'true';
  return deleted.kind === 'integer' || deleted.kind === 'decimal' ? Number(mark) !== 0 : !mark.startsWith('0000-00-00');
}

function stateOf({ config }: Entity, text: string | null, deleted: boolean): SourceRecord['state'] | null {
  if (deleted) return 'recycled';
  if (config.state === undefined) return null;
  const { values, otherwise } = config.state;
  return text !== null && Object.hasOwn(values, text) ? (values[text] ?? otherwise) : otherwise;
}
