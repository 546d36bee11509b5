import type { Sql } from '../../database/sql.js';
import type { Freeze } from './freezes.js';
import { openBreakers, type OpenBreaker } from './show-breaker.js';

/** An outside system that some pipeline reads from or writes to. */
export interface ListedConnection {
  readonly name: string;
  /** Null where it is not; `by` null: it asked to be left alone itself, `until` then. */
  readonly paused: {
    readonly by: string | null;
    readonly since: Date | null;
    readonly until: Date | null;
    readonly reason: string | null;
  } | null;
  /** It was down too often, and gets nothing but trials; null where it works. */
  readonly breaker: Omit<OpenBreaker, 'connection'> | null;
  /** So many requests to it may be under way at most, over all processes, and who has how many; null: none of those that used it has a limit for it. */
  readonly limit: ConnectionLimit | null;
  /** Only these fields of its documents change; null where everything flows. */
  readonly frozen: Freeze | null;
}

export interface ConnectionLimit {
  readonly requests: number;
  readonly held: number;
  /** The processes that use it now. */
  readonly holders: readonly { readonly holder: string; readonly held: number; readonly wanted: number }[];
}

const liveHolders = `(SELECT coalesce(jsonb_agg(jsonb_build_object('holder', h.key, 'held', h.value->'slots', 'wanted', h.value->'wanted') ORDER BY h.key), '[]')
  FROM jsonb_each(s.holders) h WHERE (h.value->>'until')::float8 > extract(epoch FROM clock_timestamp()) * 1000)`;

/** The connections that this database knows, by name. */
export async function listConnections(sql: Sql): Promise<ListedConnection[]> {
  const rows = await sql.query<{
    name: string;
    paused: boolean;
    by: string | null;
    since: Date | null;
    until: Date | null;
    reason: string | null;
    frozen: (Omit<Freeze, 'since'> & { since: string }) | null;
    most: number | null;
    holders: ConnectionLimit['holders'];
  }>(
    `SELECT k.name, coalesce(c.paused_until > now(), false) AS paused, c.paused_by AS by, c.paused_at AS since,
            nullif(c.paused_until, 'infinity') AS until, c.pause_reason AS reason,
            CASE WHEN c.frozen_at IS NOT NULL THEN jsonb_build_object('by', c.frozen_by, 'since', c.frozen_at, 'reason', c.freeze_reason, 'except', c.frozen_except) END AS frozen,
            s.most, ${liveHolders} AS holders
     FROM (SELECT source_connection AS name FROM pipeline_state UNION SELECT target_connection FROM pipeline_state) k
     LEFT JOIN connection_state c ON c.connection = k.name
     LEFT JOIN connection_slots s ON s.connection = k.name
     WHERE k.name IS NOT NULL ORDER BY k.name`,
  );
  const breakers = new Map((await openBreakers(sql)).map(({ connection, ...breaker }) => [connection, breaker]));
  return rows.map(({ name, paused, by, since, until, reason, frozen, most, holders }) => ({
    name,
    paused: paused ? { by, since, until, reason } : null,
    breaker: breakers.get(name) ?? null,
    limit: most === null ? null : { requests: most, held: holders.reduce((sum, { held }) => sum + held, 0), holders },
    frozen: frozen === null ? null : { ...frozen, since: new Date(frozen.since) },
  }));
}
