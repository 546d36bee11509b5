import { qualified } from '../server.js';
import type { ChangeTable, TriggerPlan, TriggerTable } from '../triggers.js';
import { mariadbDialect as dialect } from './mariadb-dialect.js';

type Event = 'INSERT' | 'UPDATE' | 'DELETE';

/**
 * Statements for MariaDB and MySQL. Each trigger is one INSERT: it needs no DELIMITER, and takes no longer lock on the
 * counter than the row itself (an INSERT … SELECT would). An edit that changes nothing leaves a row that says so.
 */
export function mariadbTriggers({ tables, triggers, replaces }: TriggerPlan): string[] {
  const made = triggers.flatMap((table) => (['INSERT', 'UPDATE', 'DELETE'] as const).map((event) => ({ table, event })));
  return [
    ...tables.map((table) => createTable(table)),
    ...(replaces
      ? made.map(({ table, event }) => `CREATE OR REPLACE TRIGGER ${createTrigger(table, event)}`)
      : // MySQL cannot replace a trigger: nobody may write while there is none.
        triggers.flatMap((table) => [
          `LOCK TABLES ${[...new Set([table.name, table.changes])].map((name) => `${qualified(dialect, name)} WRITE`).join(', ')}`,
          ...(['INSERT', 'UPDATE', 'DELETE'] as const).flatMap((event) => [
            `DROP TRIGGER IF EXISTS ${triggerName(table, event)}`,
            `CREATE TRIGGER ${createTrigger(table, event)}`,
          ]),
          'UNLOCK TABLES',
        ])),
  ];
}

function createTable({ name }: ChangeTable): string {
  return `CREATE TABLE IF NOT EXISTS ${qualified(dialect, name)} (
  sequence BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  entity VARCHAR(64) NOT NULL,
  entity_key TEXT NOT NULL,
  old_key TEXT,
  kind VARCHAR(16) NOT NULL,
  changed TEXT,
  changed_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
}

/** Beside the table it belongs to. */
function triggerName({ name, trigger }: TriggerTable, event: Event): string {
  return qualified(dialect, [...name.split('.').slice(0, -1), `${trigger}_${event.toLowerCase()}`].join('.'));
}

function createTrigger(table: TriggerTable, event: Event): string {
  const row = event === 'DELETE' ? 'OLD' : 'NEW';
  const kind = table.field === null ? { INSERT: 'created', UPDATE: 'updated', DELETE: 'deleted' }[event] : 'related';
  const key = (of: string): string => `${of}.${dialect.name(table.key)}`;
  const oldKey = event === 'UPDATE' ? `IF(${differs(key('OLD'), key('NEW'))}, ${key('OLD')}, NULL)` : 'NULL';
  const values = [quoted(table.entity), key(row), oldKey, quoted(kind), changed(table, event)];
  return (
    `${triggerName(table, event)} AFTER ${event} ON ${qualified(dialect, table.name)} FOR EACH ROW ` +
    `INSERT INTO ${qualified(dialect, table.changes)} (entity, entity_key, old_key, kind, changed) VALUES (${values.join(', ')})`
  );
}

/** A JSON list of the columns that have other values; for rows that hang on a record, of the field they make. */
function changed({ field, columns }: TriggerTable, event: Event): string {
  if (field !== null) return quoted(JSON.stringify([field]));
  if (event !== 'UPDATE') return 'NULL';
  const each = columns.map(({ name, isText }) => {
    const [before, after] = [`OLD.${dialect.name(name)}`, `NEW.${dialect.name(name)}`];
    return `IF(${isText ? differs(before, after) : `NOT (${before} <=> ${after})`}, ${quoted(JSON.stringify(name))}, NULL)`;
  });
  return `CONCAT('[', CONCAT_WS(',', ${each.join(', ')}), ']')`;
}

/** Byte by byte: a collation calls a and A equal, and `a` and `a `. */
function differs(before: string, after: string): string {
  return `NOT (CAST(${before} AS BINARY) <=> CAST(${after} AS BINARY))`;
}

/** A text, whatever sql_mode says of backslashes: there is none in it. */
function quoted(text: string): string {
  return text.includes('\\') ? `CONVERT(0x${Buffer.from(text).toString('hex')} USING utf8mb4)` : `'${text.replaceAll("'", "''")}'`;
}
