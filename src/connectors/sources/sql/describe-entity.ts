import { Misconfigured } from '../../contract/index.js';
import type { EntityConfig, RelatedConfig } from './config.js';
import type { Entity, FlagColumn, RelatedRows, TimeColumn } from './entity.js';
import { qualified, type Column, type ColumnKind, type Dialect, type Session } from './server.js';

const keyKinds: readonly ColumnKind[] = ['text', 'integer', 'decimal', 'uuid'];
const timeKinds: readonly ColumnKind[] = ['instant', 'local', 'date'];
const numberKinds: readonly ColumnKind[] = ['integer', 'decimal'];

/** Looks at the columns there are, and holds the configuration to them. Reads no row. */
export async function describeEntity(session: Session, dialect: Dialect, name: string, config: EntityConfig): Promise<Entity> {
  const from = origin(dialect, config);
  const columns = await columnsOf(session, from);
  const of = (wanted: string, kinds: readonly ColumnKind[], what: string) => find(columns, `${name}: `, wanted, kinds, what);
  const optional = (wanted: string | undefined, kinds: readonly ColumnKind[], what: string) =>
    wanted === undefined ? null : of(wanted, kinds, what);
  const modified = optional(config.modified, timeKinds, 'a time');
  return {
    name,
    config,
    dialect,
    from,
    key: of(config.key, keyKinds, 'a text, a whole number or a uuid'),
    modified: modified && zoned(name, modified, config.modifiedZone),
    version: optional(config.version, numberKinds, 'a number'),
    flag: config.flag ? marking(name, of(config.flag.column, [], ''), config.flag, dialect) : null,
    deleted: optional(config.deleted?.column, ['boolean', ...numberKinds, ...timeKinds], 'true or false, a number or a time'),
    state: optional(config.state?.column, [], ''),
    fields: config.fields === undefined ? columns : config.fields.map((field) => of(field, [], '')),
    related: await Promise.all(
      Object.entries(config.related ?? {}).map(([field, one]) => describeRelated(session, dialect, `${name}.${field}: `, field, one)),
    ),
  };
}

async function describeRelated(
  session: Session,
  dialect: Dialect,
  where: string,
  field: string,
  config: RelatedConfig,
): Promise<RelatedRows> {
  const from = origin(dialect, config);
  const columns = await columnsOf(session, from);
  for (const name of config.order ?? []) find(columns, where, name, [], '');
  const shown = config.value === undefined ? config.fields : [config.value];
  return {
    ...{ field, config, from },
    key: find(columns, where, config.key, keyKinds, 'a text, a whole number or a uuid'),
    columns: shown === undefined ? columns : shown.map((name) => find(columns, where, name, [], '')),
  };
}

function origin(dialect: Dialect, { table, query }: EntityConfig | RelatedConfig): string {
  // A comment at the end of a query must not swallow what follows on it.
  return table === undefined ? `(${query}\n) AS e` : `${qualified(dialect, table)} AS e`;
}

async function columnsOf(session: Session, from: string): Promise<readonly Column[]> {
  return (await session.query(`SELECT e.* FROM ${from} LIMIT 0`)).columns;
}

function find(columns: readonly Column[], where: string, name: string, kinds: readonly ColumnKind[], what: string): Column {
  const found = columns.find((column) => column.name === name);
  if (found === undefined) throw new Misconfigured(`${where}there is no column ${name}, only ${columns.map((one) => one.name).join(', ')}`);
  if (kinds.length > 0 && !kinds.includes(found.kind)) throw new Misconfigured(`${where}column ${name} does not hold ${what}`);
  return found;
}

function zoned(name: string, column: Column, zone: string | undefined): TimeColumn {
  if (column.kind === 'instant' && zone !== undefined)
    throw new Misconfigured(`${name}: column ${column.name} holds instants: leave modifiedZone out`);
  if (column.kind !== 'instant' && zone === undefined)
    throw new Misconfigured(`${name}: column ${column.name} holds no time zone: say in modifiedZone in which it is written`);
  return { ...column, zone: zone ?? null };
}

function marking(name: string, column: Column, flag: NonNullable<EntityConfig['flag']>, dialect: Dialect): FlagColumn {
  const [changed, cleared] = dialect.marks(column.kind) ?? [];
  const set = flag.changed === undefined ? changed : dialect.literal(flag.changed);
  const clear = flag.cleared === undefined ? cleared : dialect.literal(flag.cleared);
  if (set === undefined || clear === undefined)
    throw new Misconfigured(`${name}: say in flag which values of ${column.name} mean changed and cleared`);
  return { ...column, changed: set, cleared: clear };
}
