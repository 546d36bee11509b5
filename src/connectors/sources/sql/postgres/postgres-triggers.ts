import type { ChangeTable, TriggerPlan, TriggerTable } from '../triggers.js';
import { qualified } from '../server.js';
import { postgresDialect as dialect } from './postgres-dialect.js';

/**
 * Statements for PostgreSQL. The functions run as their owner, so that whoever edits the table needs no right on the
 * change table; columns are compared as JSON text, so that 1.0 and 1.00 differ.
 */
export function postgresTriggers({ tables, triggers, reader }: TriggerPlan): string[] {
  return [
    ...tables.map((table) => createTable(table)),
    ...(reader === null ? [] : tables.map((table) => `GRANT SELECT ON ${qualified(dialect, table.name)} TO ${dialect.name(reader)}`)),
    ...triggers.flatMap((trigger) => [createFunction(trigger), createTrigger(trigger)]),
  ];
}

function createTable({ name }: ChangeTable): string {
  return `CREATE TABLE IF NOT EXISTS ${qualified(dialect, name)} (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entity text NOT NULL,
  entity_key text NOT NULL,
  old_key text,
  kind text NOT NULL,
  changed jsonb,
  changed_at timestamptz NOT NULL DEFAULT now()
)`;
}

/** Beside the change table: whoever may create that may create this. */
function functionName({ changes, trigger }: TriggerTable): string {
  return qualified(dialect, [...changes.split('.').slice(0, -1), trigger].join('.'));
}

function createFunction(table: TriggerTable): string {
  const key = dialect.name(table.key);
  const into = `INSERT INTO ${qualified(dialect, table.changes)} (entity, entity_key, old_key, kind, changed)`;
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const { entity, field } = table;
  const columns = field === null ? 'columns' : `jsonb_build_array(${text(field)})`;
  const kind = (own: string): string => text(field === null ? own : 'related');
  const note = (row: 'OLD' | 'NEW', own: string, changed: string, oldKey = 'NULL'): string =>
    `${into} VALUES (${text(entity)}, ${row}.${key}::text, ${oldKey}, ${kind(own)}, ${changed})`;
  return `CREATE OR REPLACE FUNCTION ${functionName(table)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $pim2shop$
DECLARE
  columns jsonb;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.${key} IS NOT NULL THEN
      ${note('NEW', 'created', field === null ? 'NULL' : columns)};
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF OLD.${key} IS NOT NULL THEN
      ${note('OLD', 'deleted', field === null ? 'NULL' : columns)};
    END IF;
  ELSE
    SELECT jsonb_agg(n.key ORDER BY n.key) INTO columns
    FROM jsonb_each(to_jsonb(NEW)) AS n JOIN jsonb_each(to_jsonb(OLD)) AS o ON o.key = n.key
    WHERE n.value::text <> o.value::text;
    IF columns IS NULL THEN
      RETURN NULL;
    ELSIF NEW.${key} IS NULL THEN
      ${note('OLD', 'deleted', field === null ? 'NULL' : columns)};
    ELSIF OLD.${key} IS NULL THEN
      ${note('NEW', 'created', field === null ? 'NULL' : columns)};
    ELSE
      ${note('NEW', 'updated', columns, `nullif(OLD.${key}::text, NEW.${key}::text)`)};
    END IF;
  END IF;
  RETURN NULL;
END $pim2shop$`;
}

function createTrigger(table: TriggerTable): string {
  return (
    `CREATE OR REPLACE TRIGGER ${dialect.name(table.trigger)} AFTER INSERT OR UPDATE OR DELETE ON ${qualified(dialect, table.name)} ` +
    `FOR EACH ROW EXECUTE FUNCTION ${functionName(table)}()`
  );
}
