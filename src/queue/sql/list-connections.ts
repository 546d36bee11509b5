import type { Sql } from '../../database/sql.js';
import type { Freeze } from './freezes.js';

/** An outside system that some pipeline reads from or writes to. */
export interface ListedConnection {
  readonly name: string;
  /** Null where it works. */
  readonly paused: { readonly by: string | null; readonly since: Date | null; readonly reason: string | null } | null;
  /** Only these fields of its documents change; null where everything flows. */
  readonly frozen: Freeze | null;
}

/** The connections that this database knows, by name. */
export async function listConnections(sql: Sql): Promise<ListedConnection[]> {
  const rows = await sql.query<{
    name: string;
    paused: boolean;
    by: string | null;
    since: Date | null;
    reason: string | null;
    frozen: (Omit<Freeze, 'since'> & { since: string }) | null;
  }>(
    `SELECT k.name, coalesce(c.paused_until > now(), false) AS paused, c.paused_by AS by, c.paused_at AS since, c.pause_reason AS reason,
            CASE WHEN c.frozen_at IS NOT NULL THEN jsonb_build_object('by', c.frozen_by, 'since', c.frozen_at, 'reason', c.freeze_reason, 'except', c.frozen_except) END AS frozen
     FROM (SELECT source_connection AS name FROM pipeline_state UNION SELECT target_connection FROM pipeline_state) k
     LEFT JOIN connection_state c ON c.connection = k.name
     WHERE k.name IS NOT NULL ORDER BY k.name`,
  );
  return rows.map(({ name, paused, by, since, reason, frozen }) => ({
    name,
    paused: paused ? { by, since, reason } : null,
    frozen: frozen === null ? null : { ...frozen, since: new Date(frozen.since) },
  }));
}
