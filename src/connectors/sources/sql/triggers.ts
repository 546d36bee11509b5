import { createHash } from 'node:crypto';
import { readAddress } from './address.js';
import type { SqlConfig } from './config.js';
import { mariadbTriggers } from './mariadb/mariadb-triggers.js';
import { postgresTriggers } from './postgres/postgres-triggers.js';
import { qualified, type Session, type SqlServer } from './server.js';

export interface ChangeTable {
  readonly name: string;
}

export interface TableColumn {
  readonly name: string;
  /** Two texts that a collation calls equal are still two texts. */
  readonly isText: boolean;
}

/** A table whose edits are written down. */
export interface TriggerTable {
  readonly name: string;
  /** The change table. */
  readonly changes: string;
  readonly entity: string;
  readonly key: string;
  /** The field of the entity that its rows make; null: the entity's own table. */
  readonly field: string | null;
  readonly trigger: string;
  readonly columns: readonly TableColumn[];
}

export interface TriggerPlan {
  readonly tables: readonly ChangeTable[];
  readonly triggers: readonly TriggerTable[];
  /** Who reads the change tables, where that is somebody else than who makes them. */
  readonly reader: string | null;
  /** A server that takes `CREATE OR REPLACE TRIGGER` (MariaDB), or one that does not (MySQL). */
  readonly replaces: boolean;
}

/** What makes the change tables and fills them; each statement may be run again. Reads the columns there are. */
export async function triggerStatements(config: SqlConfig, server: SqlServer, signal: AbortSignal): Promise<readonly string[]> {
  const plan = await server.run(signal, (session) => planTriggers(config, server, session));
  return readAddress(config.url, config.tls).family === 'postgres' ? postgresTriggers(plan) : mariadbTriggers(plan);
}

async function planTriggers(config: SqlConfig, server: SqlServer, session: Session): Promise<TriggerPlan> {
  const wanted = Object.entries(config.entities).flatMap(([entity, { changes, table, key, related }]) => {
    if (changes === undefined) return [];
    const own = table === undefined ? [] : [{ name: table, changes: changes.table, entity, key, field: null }];
    const others = Object.entries(related ?? {}).flatMap(([field, one]) =>
      one.table === undefined ? [] : [{ name: one.table, changes: changes.table, entity, key: one.key, field }],
    );
    return [...own, ...others];
  });
  const triggers: TriggerTable[] = [];
  for (const one of wanted)
    triggers.push({ ...one, trigger: triggerName(one.entity, one.field), columns: await columnsOf(server, session, one.name) });
  const [reader, owner] = [config.url, config.owner ?? config.url].map((url) => readAddress(url, config.tls).user);
  return {
    tables: [...new Set(wanted.map(({ changes }) => changes))].map((name) => ({ name })),
    triggers,
    reader: reader === undefined || reader === owner ? null : reader,
    replaces: config.url.startsWith('mariadb:'),
  };
}

/** Short enough for every server, and the same at every run. */
function triggerName(entity: string, field: string | null): string {
  const name = `pim2shop_${entity}${field === null ? '' : `_${createHash('sha256').update(field).digest('hex').slice(0, 8)}`}`;
  return name.replaceAll('-', '_');
}

async function columnsOf({ dialect }: SqlServer, session: Session, table: string): Promise<readonly TableColumn[]> {
  const { columns } = await session.query(`SELECT * FROM ${qualified(dialect, table)} LIMIT 0`);
  return columns.map(({ name, kind }) => ({ name, isText: kind === 'text' }));
}
