import type { Sql } from '../../database/sql.js';
import { audited, auditParameters, type AuditedAction } from './audit.js';

/** What a person let nothing but some fields go to. */
export interface Freeze {
  readonly by: string;
  readonly since: Date;
  readonly reason: string | null;
  /** Fields of its documents that flow. */
  readonly except: readonly string[];
}

/** Makes the entries ready, locked by key, that wait because a connection is, or was, frozen. */
const released = (connection: string, where = 'true'): string => `
  chosen AS MATERIALIZED (
    SELECT pipeline, entity_key FROM queue_entry
    WHERE ${where} AND state = 'parked' AND error_code = 'frozen'
      AND pipeline IN (SELECT pipeline FROM pipeline_state WHERE target_connection = ${connection})
    ORDER BY pipeline, entity_key FOR UPDATE
  ),
  released AS (
    UPDATE queue_entry q SET state = 'ready', due_at = NULL FROM chosen c
    WHERE q.pipeline = c.pipeline AND q.entity_key = c.entity_key RETURNING 1
  )`;

/** What waits already is looked at again: other fields may flow now. */
export async function freezeConnection(
  sql: Sql,
  connection: string,
  { except, reason, by }: Pick<Freeze, 'except' | 'reason' | 'by'>,
  action: AuditedAction,
): Promise<void> {
  await sql.query(
    `WITH changed AS (
       INSERT INTO connection_state AS c (connection, frozen_by, frozen_at, freeze_reason, frozen_except) VALUES ($1, $2, now(), $3, $4)
       ON CONFLICT (connection) DO UPDATE SET frozen_by = excluded.frozen_by, frozen_at = coalesce(c.frozen_at, excluded.frozen_at),
         freeze_reason = excluded.freeze_reason, frozen_except = excluded.frozen_except
     ),
     ${released('$1')},
     ${audited(5, `'{}'::jsonb`)}
     SELECT 1 AS done`,
    [connection, by, reason, except, ...auditParameters(action)],
  );
}

/** What was held back is ready at once. */
export async function unfreezeConnection(
  sql: Sql,
  connection: string,
  action: AuditedAction,
): Promise<{ readonly wasFrozen: boolean; readonly released: number }> {
  const [row] = await sql.query<{ wasFrozen: boolean; released: number }>(
    `WITH changed AS (
       UPDATE connection_state SET frozen_by = NULL, frozen_at = NULL, freeze_reason = NULL, frozen_except = '{}'
       WHERE connection = $1 AND frozen_at IS NOT NULL RETURNING 1
     ),
     ${released('$1')},
     ${audited(2, `jsonb_build_object('changed', EXISTS (SELECT 1 FROM changed), 'released', (SELECT count(*) FROM released))`)}
     SELECT EXISTS (SELECT 1 FROM changed) AS "wasFrozen", (SELECT count(*) FROM released)::int AS released`,
    [connection, ...auditParameters(action)],
  );
  return row ?? { wasFrozen: false, released: 0 };
}

/** Null where everything flows. */
export async function freezeOf(sql: Sql, connection: string): Promise<Freeze | null> {
  const [row] = await sql.query<Freeze>(
    `SELECT frozen_by AS by, frozen_at AS since, freeze_reason AS reason, frozen_except AS except
     FROM connection_state WHERE connection = $1 AND frozen_at IS NOT NULL`,
    [connection],
  );
  return row ?? null;
}

/** What was held back and settled after somebody unfroze the connection: he did not see it. */
export async function releaseThawed(sql: Sql, connection: string): Promise<void> {
  await sql.query(
    `WITH ${released('$1', 'NOT EXISTS (SELECT 1 FROM connection_state WHERE connection = $1 AND frozen_at IS NOT NULL)')}
     SELECT count(*) AS released FROM released`,
    [connection],
  );
}
