import type { EntityConfig, RelatedConfig } from './config.js';
import type { Column, Dialect } from './server.js';

/** A column with the time of the last edit, and the zone it is written in; null: it holds an instant. */
export interface TimeColumn extends Column {
  readonly zone: string | null;
}

/** A column that marks, with the values that set and clear it. */
export interface FlagColumn extends Column {
  readonly changed: string;
  readonly cleared: string;
}

/** Rows of another table, as a field of the record. */
export interface RelatedRows {
  readonly field: string;
  readonly config: RelatedConfig;
  /** What stands behind FROM, under the name `e`. */
  readonly from: string;
  readonly key: Column;
  readonly columns: readonly Column[];
}

/** An entity as it is configured and as the database has it. */
export interface Entity {
  readonly name: string;
  readonly config: EntityConfig;
  readonly dialect: Dialect;
  /** What stands behind FROM, under the name `e`. */
  readonly from: string;
  readonly key: Column;
  readonly modified: TimeColumn | null;
  readonly version: Column | null;
  readonly flag: FlagColumn | null;
  readonly deleted: Column | null;
  readonly state: Column | null;
  /** What a mapping may read. */
  readonly fields: readonly Column[];
  readonly related: readonly RelatedRows[];
}

/** A column of the entity's table in a statement. */
export function at(dialect: Dialect, column: Pick<Column, 'name'>): string {
  return `e.${dialect.name(column.name)}`;
}
