import type { Sql } from '../../database/sql.js';

/** The names that this database knows: a pipeline, and its connections, from the first time on that it was opened. */
export interface KnownNames {
  readonly pipelines: readonly string[];
  readonly connections: readonly string[];
  /** Those of them that something is sent to. */
  readonly targets: readonly string[];
}

export async function knownNames(sql: Sql): Promise<KnownNames> {
  const rows = await sql.query<{ pipeline: string; source: string | null; target: string | null }>(
    'SELECT pipeline, source_connection AS source, target_connection AS target FROM pipeline_state ORDER BY pipeline',
  );
  const connections = new Set(rows.flatMap(({ source, target }) => [source, target]).filter((name) => name !== null));
  const targets = new Set(rows.flatMap(({ target }) => target ?? []));
  return { pipelines: rows.map(({ pipeline }) => pipeline), connections: [...connections].sort(), targets: [...targets].sort() };
}

/** The fields that documents for a connection may have, as its pipelines were opened last; null where one of them was not, by a version that writes it down. */
export async function writtenFields(sql: Sql, connection: string): Promise<string[] | null> {
  const rows = await sql.query<{ owned: string[] }>(
    `SELECT coalesce(owned_fields, '{}') AS owned FROM pipeline_state WHERE target_connection = $1 ORDER BY pipeline`,
    [connection],
  );
  if (rows.some(({ owned }) => owned.length === 0)) return null;
  return [...new Set(rows.flatMap(({ owned }) => owned))];
}
